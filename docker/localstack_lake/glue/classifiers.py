"""The API of custom classifiers: create, change, show and delete them, with AWS's error codes.

`glue_crawler` knows the meaning of a classifier; an invalid one is refused when it is created.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from glue_crawler.classifiers.definition import Classifier, read_classifier
from glue_crawler.errors import InvalidClassifierError
from localstack.aws.api import RequestContext, handler

from localstack_lake.by_place import ByPlace
from localstack_lake.glue.paging import already_exists, invalid_input, not_found, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
_KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")


@dataclass(slots=True)
class Classifiers:
    """The classifiers of one account and region, as Glue shows them, by name."""

    shown: dict[str, GlueDict] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def find(self, name: str) -> GlueDict:
        """Return a classifier as GetClassifier shows it. Raises `EntityNotFoundException`."""
        if name not in self.shown:
            raise not_found(f"Classifier {name} not found")
        return self.shown[name]

    def read(self, names: Sequence[str]) -> tuple[Classifier, ...]:
        """Return the named ones as the crawler takes them. Raises `EntityNotFoundException`."""
        with self.lock:
            return tuple(read_classifier(self.find(name)) for name in names)


class ClassifierHandlers:
    """The operations on classifiers."""

    def __init__(self) -> None:
        super().__init__()
        self._classifiers = ByPlace(lambda account_id, region: Classifiers())

    def _classifiers_of(self, context: RequestContext) -> Classifiers:
        return self._classifiers.find(context.account_id, context.region)

    @handler("CreateClassifier", expand=False)
    def create_classifier(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Make a classifier, refusing what the crawler would not understand."""
        kept, (kind, given) = self._classifiers_of(context), _given(request)
        name, now = given["Name"], datetime.now(UTC)
        shown = {kind: given | {"CreationTime": now, "LastUpdated": now, "Version": 1}}
        _check(shown)
        with kept.lock:
            if name in kept.shown:
                raise already_exists(f"{name} already exists")
            kept.shown[name] = shown
        return {}

    @handler("UpdateClassifier", expand=False)
    def update_classifier(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Change the given settings of a classifier and raise its version."""
        kept, (kind, given) = self._classifiers_of(context), _given(request)
        with kept.lock:
            found = kept.find(given["Name"])
            if kind not in found:
                raise invalid_input(f"Classifier {given['Name']} is not a {kind}")
            before = found[kind]
            changes = {"LastUpdated": datetime.now(UTC), "Version": before["Version"] + 1}
            shown = {kind: before | given | changes}
            _check(shown)
            kept.shown[given["Name"]] = shown
        return {}

    @handler("GetClassifier", expand=False)
    def get_classifier(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a classifier."""
        kept = self._classifiers_of(context)
        with kept.lock:
            return {"Classifier": kept.find(request["Name"])}

    @handler("GetClassifiers", expand=False)
    def get_classifiers(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show all classifiers, a page at a time."""
        kept = self._classifiers_of(context)
        with kept.lock:
            found = [kept.shown[name] for name in sorted(kept.shown)]
        page, more = take_page(found, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"Classifiers": page} | more

    @handler("DeleteClassifier", expand=False)
    def delete_classifier(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a classifier; a crawler that names it fails from then on."""
        kept = self._classifiers_of(context)
        with kept.lock:
            kept.find(request["Name"])
            del kept.shown[request["Name"]]
        return {}


def _given(request: GlueDict) -> tuple[str, GlueDict]:
    """Return the one kind of classifier that a request gives, and its settings."""
    found = [(kind, request[kind]) for kind in _KINDS if request.get(kind)]
    if len(found) != 1:
        raise invalid_input("Exactly one of the four kinds of classifier must be given")
    return found[0]


def _check(shown: Mapping[str, Any]) -> None:
    try:
        read_classifier(shown)
    except InvalidClassifierError as error:
        raise invalid_input(str(error)) from error
