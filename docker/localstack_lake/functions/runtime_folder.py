"""The folder that stands for /var/runtime: what AWS's python3.13 runtime itself makes importable.

AWS's runtime carries its client and boto3, and nothing else beyond the standard library. The folder
links to exactly these packages of this environment. So a function finds what it finds on AWS, and
fails to import a package that was not shipped.
"""

from importlib.util import find_spec
from pathlib import Path

RUNTIME = "python3.13"

# The runtime client with what it imports, and the SDK.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
MODULES = (
    "awslambdaric",
    "runtime_client",
    "simplejson",
    "snapshot_restore_py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "dateutil",
    "six",
    "urllib3",
)


def build_runtime_folder(folder: Path) -> Path:
    """Make `folder` with one link per module; ImportError names a module that is not installed."""
    folder.mkdir(parents=True)
    for module in MODULES:
        source = _module_source(module)
        (folder / source.name).symlink_to(source)
    return folder


def _module_source(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ImportError(f"The Lambda runtime needs the module {module}.", name=module)
    origin = Path(spec.origin).resolve()  # a link on the way may lie where a function cannot look
    return origin.parent if spec.submodule_search_locations else origin
