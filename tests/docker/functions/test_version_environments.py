"""No environment outlives the version that it runs."""

from dataclasses import dataclass

from localstack_lake.functions.version_environments import VersionEnvironments


@dataclass(eq=False, slots=True)
class Environment:
    stops: int = 0

    def stop(self) -> None:
        self.stops += 1


def test_the_end_of_a_version_stops_its_environments_and_no_others() -> None:
    versions, old, new = VersionEnvironments(), Environment(), Environment()
    versions.add("1", old)
    versions.add("2", new)
    versions.end("1")
    assert (old.stops, new.stops) == (1, 0)


def test_one_that_was_starting_when_its_version_ended_stops_after_its_call() -> None:
    versions, late = VersionEnvironments(), Environment()
    versions.end("1")
    versions.add("1", late)
    assert late.stops == 0, "its call is still to come"
    versions.stop_if_over("1", late)
    assert late.stops == 1


def test_a_call_of_a_version_that_goes_on_stops_nothing() -> None:
    versions, environment = VersionEnvironments(), Environment()
    versions.add("1", environment)
    versions.stop_if_over("1", environment)
    assert environment.stops == 0


def test_one_that_ended_by_itself_is_forgotten() -> None:
    versions, environment = VersionEnvironments(), Environment()
    versions.add("1", environment)
    versions.discard("1", environment)
    versions.discard("1", environment)
    versions.end("1")
    assert environment.stops == 0
