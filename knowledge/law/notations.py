"""Articles that a content file names, checked when the file is loaded."""

from pathlib import Path

from knowledge.law.citations import Reference
from knowledge.law.statutes import Article, Statutes, UnknownArticle, UnknownLaw
from knowledge.reviewed import ContentError, line_of


def check_citation(
    path: Path, keys: tuple[str | int, ...], notation: str, statutes: Statutes
) -> Article:
    """The article that a notation names, its year written where a law has several versions.

    `keys` lead to where the file names it; raises ContentError with that line.
    """
    try:
        reference = Reference.parse(notation)
        law = statutes.laws[statutes.short_title(reference.law)]
        year = reference.year or law.cited_year
        if year is None:
            raise ValueError(
                f"{law.short} 有几个版本，请写明年份，如 "
                f"{law.short}({law.versions[-1].version_date.year})"
            )
        return statutes.of_year(law.short, year, reference.article)
    except UnknownLaw as error:
        raise ContentError(
            path, line_of(path, *keys), f"laws.yml 里没有「{notation}」这部法"
        ) from error
    except UnknownArticle as error:
        raise ContentError(path, line_of(path, *keys), f"查无此条：「{notation}」") from error
    except ValueError as error:
        raise ContentError(path, line_of(path, *keys), str(error)) from error
