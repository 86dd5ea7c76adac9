"""Read a contract from TOML and check it before use; a broken one raises an error with its line."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from order_transform.contract.compiled_lists import shipped_word_lists
from order_transform.contract.definition import (
    IS_SALE,
    PARTITION_KEY,
    PRICE_IS_DERIVED,
    TOTAL,
    Contract,
    Field,
    FieldType,
    Limits,
    OnProblem,
    Rules,
)
from order_transform.contract.errors import ContractError
from order_transform.contract.header_names import normalise, spellings
from order_transform.contract.word_lists import WordLists
from order_transform.contract.words import Words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def default_contract_text() -> str:
    """Return the text of the contract that ships with the function."""
    return Path(__file__).with_name("contract.toml").read_text(encoding="utf-8")


def parse_contract(
    text: str, path: str = "contract.toml", lists: WordLists | None = None
) -> Contract:
    """Read a contract from TOML text; `path` only names it in errors.

    Its fields get the header names of `lists` (those that ship with the function) and keep their
    own, which win: a shipped name that the contract gives to another field is taken from the
    first.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise ContractError(path, int(match[1]) if match else 0, f"not TOML: {reason}") from error
    return _Reading(text, path, lists or shipped_word_lists()).contract(document)


class _Reading:
    """One reading of a contract: keeps the text, so that an error can name the line."""

    def __init__(self, text: str, path: str, lists: WordLists) -> None:
        self.text, self.path, self.lists = text, path, lists

    def contract(self, document: Mapping[str, Any]) -> Contract:
        for key in document.keys() - {"version", "rules", "limits", "fields"}:
            raise self.error("", key, f"unknown table or key {key!r}")
        version = document.get("version")
        if not isinstance(version, str):
            raise self.error("", "version", 'version must be a text, as in version = "1"')
        own_fields = [
            self.order_field(name, keys)
            for name, keys in self.keys("fields", document.get("fields", {})).items()
        ]
        rules = self.rules(document.get("rules", {}))
        contract = Contract(
            version=version,
            digest=hashlib.sha256(f"{self.text}\0{self.lists.text}".encode()).hexdigest()[:12],
            fields=tuple(own_fields),
            rules=rules,
            limits=self.table(Limits, "limits", document.get("limits", {})),
            currencies=self.lists.currencies,
            words=_with_own_statuses(self.lists.words, rules),
            own_aliases={field.name: field.aliases for field in own_fields if field.aliases},
        )
        self.check(contract)
        return replace(contract, fields=tuple(_with_shipped_names(own_fields, self.lists)))

    def rules(self, keys: Any) -> Rules:
        """Read the rules; what the contract does not list is as the lists have it."""
        shipped = Rules(
            currency_words=tuple(
                word for word in self.lists.currencies.words() if any(map(str.isalpha, word))
            ),
            header_endings=self.lists.words.header_endings,
        )
        own = self.table(Rules, "rules", keys)
        return replace(shipped, **{key: getattr(own, key) for key in keys})

    def order_field(self, name: str, keys: Any) -> Field:
        table = f"fields.{name}"
        if "name" in self.keys(table, keys):
            raise self.error(table, "name", f"a field's name is its table's, [{table}]")
        return self.table(Field, table, {"name": name, **keys})

    def keys(self, name: str, keys: Any) -> Mapping[str, Any]:
        if not isinstance(keys, dict):
            parent, _, key = name.rpartition(".")
            raise self.error(parent, key, f"[{name}] must be a table")
        return keys

    def table[T: DataclassInstance](self, kind: type[T], name: str, keys: Any) -> T:
        """Build `kind` from a TOML table, refusing unknown keys and wrong types by line."""
        known = {field.name: field.type for field in fields(kind)}
        values = {}
        for key, value in self.keys(name, keys).items():
            if key not in known:
                raise self.error(name, key, f"unknown key {key!r}; known: {', '.join(known)}")
            values[key] = self.value(name, key, value, known[key])
        if kind is Field and "type" not in keys:
            raise self.error(name, "", f"[{name}] needs a type: {_choices(FieldType)}")
        return kind(**values)

    def value(self, table: str, key: str, value: Any, kind: Any) -> Any:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if value not in list(kind):
                raise self.error(table, key, f"{key} must be one of {_choices(kind)}")
            return kind(value)
        if get_origin(kind) is tuple:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise self.error(table, key, f"{key} must be a list of texts")
            return tuple(value)
        allowed = tuple(get_args(kind)) or (kind,)
        if float in allowed:
            allowed += (int,)
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise self.error(table, key, f"{key} must be of type {allowed[0].__name__}")
        return value

    def check(self, contract: Contract) -> None:
        """Refuse what each value alone cannot show."""
        names = [field.name for field in contract.fields]
        for name, kind in (("price", FieldType.DECIMAL), ("quantity", FieldType.INTEGER)):
            if name not in names:
                raise self.error("", "fields", f"[fields.{name}] is missing: {TOTAL} needs it")
            field = contract.field(name)
            if field.type is not kind:
                raise self.error(f"fields.{name}", "type", f'{name} must have type = "{kind}"')
            for key in ("empty", "invalid"):
                if getattr(field, key) is not OnProblem.REJECT or not field.required:
                    reason = 'must have required = true, empty = "reject" and invalid = "reject"'
                    raise self.error(f"fields.{name}", key, f"{name} {reason}")
        for name in names:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in (
                TOTAL,
                IS_SALE,
                PRICE_IS_DERIVED,
                PARTITION_KEY,
            ):
                reason = "is not a free lower snake_case name"
                raise self.error(f"fields.{name}", "", f"field {name!r} {reason}")
        self.check_fields(contract)
        if not 0 <= contract.rules.max_rejected_share <= 1:
            raise self.error("rules", "max_rejected_share", "max_rejected_share is from 0 to 1")
        for key in ("decompressed_bytes", "line_bytes", "columns"):
            if getattr(contract.limits, key) < 1:
                raise self.error("limits", key, f"{key} must be above 0")
        for word in contract.rules.currency_words:
            if not word.strip() or re.search(r"[\d+()-]", word):
                reason = f"{word!r} is not a currency: it is empty or has a digit or a sign"
                raise self.error("rules", "currency_words", reason)
        for text in contract.rules.currency_of_sign:
            sign, _, code = text.rpartition(" ")
            if code not in contract.currencies.shared.get(sign, ()):
                reason = (
                    f"{text!r} is not a sign of [shared] in currencies.toml and one of its codes"
                )
                raise self.error("rules", "currency_of_sign", reason)
        self.check_encoding(contract.rules.encoding)

    def check_fields(self, contract: Contract) -> None:
        """Refuse a bound that its type does not have, and a header that means two fields."""
        owners: dict[str, str] = {}
        for field in contract.fields:
            table = f"fields.{field.name}"
            is_number = field.type in (FieldType.DECIMAL, FieldType.INTEGER)
            for key in ("minimum", "nonzero"):
                if getattr(field, key) not in (None, False) and not is_number:
                    raise self.error(table, key, f"{key} is for numbers; this is a {field.type}")
            if is_number and isinstance(field.if_no_column, str):
                reason = f"if_no_column is a whole number; this is a {field.type}"
                raise self.error(table, "if_no_column", reason)
            for alias in dict.fromkeys((field.name, *field.aliases)):
                name = normalise(alias)
                if not name:
                    raise self.error(table, "aliases", f"{alias!r} has no letter and no digit")
                if owners.setdefault(name, field.name) != field.name:
                    reason = f"{alias!r} already means {owners[name]}; a header has one field"
                    raise self.error(table, "aliases", reason)

    def check_encoding(self, encoding: str) -> None:
        try:
            "".encode(encoding if encoding != "auto" else "utf-8")
        except (LookupError, UnicodeError) as error:
            reason = f"unknown text encoding {encoding!r}"
            raise self.error("rules", "encoding", reason) from error

    def error(self, table: str, key: str, reason: str) -> ContractError:
        """Find the line of `key` in `[table]`, or of the table, for the message."""
        parent, _, name = table.rpartition(".")
        here, table_line = "", 0
        for number, line in enumerate(self.text.splitlines(), 1):
            if match := re.match(r"\s*\[([^\]]+)\]", line):
                here = match[1].replace('"', "").strip()
                if here == table or here.startswith(f"{key}."):
                    table_line = table_line or number
            elif here == table and key and _sets(line, key):
                return ContractError(self.path, number, reason)
            elif parent and here == parent and _sets(line, name):  # name = { key = ... }
                table_line = number
        return ContractError(self.path, table_line, reason)


def _sets(line: str, key: str) -> bool:
    return re.match(rf'\s*"?{re.escape(key)}"?\s*=', line) is not None


def _with_shipped_names(own_fields: list[Field], lists: WordLists) -> Iterable[Field]:
    """Add the names of the lists to the fields' own, but for those that another field has."""
    owners = {
        spelling: field.name
        for field in own_fields
        for alias in (field.name, *field.aliases)
        for spelling in spellings(alias)
    }
    for field in own_fields:
        shipped = tuple(
            alias
            for alias in lists.aliases.get(field.name, ())
            if owners.get(normalise(alias), field.name) == field.name
        )
        fallback = (*field.fallback, *lists.fallback.get(field.name, ()))
        yield replace(field, aliases=field.aliases + shipped, fallback=fallback)


def _with_own_statuses(words: Words, rules: Rules) -> Words:
    no_sale = words.no_sale.union(map(normalise, rules.no_sale))
    sale = frozenset(map(normalise, rules.sale))
    return replace(words, no_sale=no_sale - sale, sale=sale)


def _choices(kind: type[StrEnum]) -> str:
    return ", ".join(f'"{member}"' for member in kind)
