"""Findings: what each piece of evidence says about a choice, and how they decide it together.

Pure. A new kind of evidence is one function that returns a finding, or None if it says nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from order_transform.reading.choices import Certainty, Choice


@dataclass(frozen=True, slots=True)
class Finding[T]:
    """What one piece of evidence says: a value, and a sentence why, without its full stop.

    Where `proves` is False it is a hint, which decides only together with another one.
    """

    value: T
    because: str
    proves: bool = True


def choose[T](
    findings: Sequence[Finding[T]],
    otherwise: T,
    *,
    name: str,
    remedy: str,
    field: str = "",
    enough_hints: int = 1,
) -> Choice[T]:
    """Make a choice that the cells alone leave open.

    A proof decides unless another proof contradicts it. Without one, enough hints without a
    contrary one decide, and the choice is doubtful. In all other cases `otherwise`, which is the
    contract's rule, decides.
    """
    proofs = {finding.value for finding in findings if finding.proves}
    hints = Counter(finding.value for finding in findings if not finding.proves)
    if len(proofs) == 1:
        value, certainty = proofs.pop(), Certainty.PROVEN
        evidence = _sentence(finding for finding in findings if finding.proves)
    elif not proofs and len(hints) == 1 and hints.total() >= enough_hints:
        value, certainty = next(iter(hints)), Certainty.DOUBTFUL
        evidence = _sentence(findings)
    else:
        value, certainty = otherwise, Certainty.SETTLED
        evidence = "every cell can be read both ways, and the contract decides"
        if findings:
            evidence += f" (but {_sentence(findings)})"
    # A proven choice needs no remedy.
    advice = "" if certainty is Certainty.PROVEN else remedy
    return Choice(name, value, certainty, evidence, field, advice)


def _sentence[T](findings: Iterable[Finding[T]]) -> str:
    return "; ".join(finding.because for finding in findings)
