"""`python -m evaluation.deploying.image_sizes`: what each image of `deploy/images/` would hold, MB.

No image is built: the recipe's COPY lines are read, and what they name is measured where it lies
here. Of an environment the packages count that its lock installs without tools for development,
by their own lists of files; compiled modules, the interpreter and the base are not counted.
"""

import argparse
import email
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path

from api.settings import ROOT

RECIPE = ROOT / "deploy/images/Dockerfile"
IMAGES = ("service", "engine")
INSIDE, DATA = (
    "/opt/helpline/",
    "/helpline/",
)  # where the recipe keeps the checkout, and what it made
# What .dockerignore keeps out, and what the recipe takes away again: the weights for training.
NOT_IN_AN_IMAGE = re.compile(r"__pycache__|\.venv|node_modules|e5-small-.*")
CURRENT = "current"  # the file that names the index in use; older ones are not made in an image
MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.deploying.image_sizes")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--uv", default="uv", help="the program that reads the locks")
    options = parser.parse_args()
    for image in IMAGES:
        held = sizes(image, options.var, options.uv)
        print(image, *(f"{n / MB:8.1f}  {what}" for what, n in held.most_common()), sep="\n")
        print(f"{held.total() / MB:8.1f}  together")


def sizes(image: str, var: Path, uv: str) -> Counter[str]:
    """What an image holds by its name there, in bytes; packages of an environment by their own."""
    held: Counter[str] = Counter()
    recipe = RECIPE.read_text("utf-8").replace("\\\n", " ")
    for source in sources(recipe, image):
        if source.startswith(DATA):
            held[source] += size_of(var / source.removeprefix(DATA))
            continue
        path = ROOT / source.removeprefix(INSIDE)
        held[source.removeprefix(INSIDE)] += 0 if path.name == ".venv" else size_of(path)
        environment = path if path.name == ".venv" else path / ".venv"
        if environment.is_dir():
            name = str(environment.relative_to(ROOT))
            held[name] += packages(environment, uv, taken_away(recipe, name)).total()
    return +held


def sources(recipe: str, image: str) -> Iterator[str]:
    """What the last stage of an image copies from the stages before."""
    stage = re.split(rf"^FROM \S+ AS {image}$", recipe, flags=re.MULTILINE)[1].split("\nFROM ")[0]
    for line in re.findall(r"^COPY --from=\S+ (.+)$", stage, re.MULTILINE):
        yield from (word for word in line.split()[:-1] if not word.startswith("--"))


def taken_away(recipe: str, environment: str) -> set[str]:
    """The packages that a recipe takes out of an environment again, once they did their work."""
    found = re.search(rf"uv pip uninstall --python {environment}/bin/python ([^&\n]+)", recipe)
    return set(found[1].split()) if found else set()


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files below a folder; of indexes, of the one in use."""
    if path.is_file():
        return path.stat().st_size
    if (named := path / CURRENT).is_file():
        path = path / named.read_text("utf-8").strip()
    total = 0
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not NOT_IN_AN_IMAGE.fullmatch(name)]
        total += sum((Path(folder) / name).lstat().st_size for name in files)
    return total


def packages(environment: Path, uv: str, without: Set[str]) -> Counter[str]:
    """The bytes of each package that the environment's lock installs here, without development's
    and without those.
    """
    export = [uv, "export", "--frozen", "--no-dev", "--no-hashes", "--no-emit-project", "--quiet"]
    listed = subprocess.run(
        [*export, "--project", environment.parent], capture_output=True, text=True, check=True
    ).stdout
    wanted = {plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", listed, re.MULTILINE)}
    wanted -= without
    held: Counter[str] = Counter()
    for record in environment.glob("lib/python*/site-packages/*.dist-info/RECORD"):
        about = email.message_from_string((record.parent / "METADATA").read_text("utf-8"))
        if (name := plain(about["Name"])) in wanted:
            held[name] = sum(
                int(line.rsplit(",", 1)[1])
                for line in record.read_text("utf-8").splitlines()
                if line.rsplit(",", 1)[1].isdigit()
            )
    return held


def plain(name: str) -> str:
    """A package's name as every list writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
