"""Facts in, a referral out: which remedies are open, in which order, why, and what to ask next.

Every decision is a rule in `content/` that a lawyer can read; nothing here depends on similarity.
All functions are pure: the day, the statutes and the institutions are passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.law import deadlines
from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.places.institutions import Body, Institutions
from knowledge.routing.derived import act_of, days_known, derive, known
from knowledge.routing.questions import next_asks
from knowledge.routing.referral import ExcludedRemedy, OpenRemedy, Referral
from knowledge.routing.rulebook import Rulebook
from knowledge.routing.rules import ApplyRule, BodyRule, PriorityRule, Remedy, RemedyDeadline
from knowledge.routing.verdicts import MOST_REMEDIES, Verdict, Verdicts, moves
from knowledge.slots import Facts

COMPETENT_COURT = "competent_court"  # which one it is, courts.yml says

_Running = list[tuple[RemedyDeadline, Deadline]]


def refer(
    facts: Facts,
    rules: Rulebook,
    institutions: Institutions,
    statutes: Statutes,
    succession: Succession,
    on: date,
) -> Referral:
    """The referral for what is known on a day; the same facts always give the same remedies."""
    facts = derive(facts, on, rules.workdays)
    if facts.get("situation") == "out_of_scope":
        return Referral("out", (), (), (), (), on)
    verdicts = Verdicts(facts, rules)
    asks = next_asks(verdicts)
    law = ApplicableLaw(statutes, succession, on, act_of(facts))
    case = _Case(facts, rules, institutions, law, verdicts.priorities(), days_known(facts))
    judged = [remedy for one in verdicts.all() if (remedy := case.judge(one))]
    remedies = [one for one in judged if isinstance(one, OpenRemedy)]
    best = tuple(sorted(remedies, key=case.place)[:MOST_REMEDIES])
    return Referral(
        scope="clarify" if any(ask.required_for_routing for ask in asks) else "in",
        remedies=best,
        ruled_out=tuple(one for one in judged if isinstance(one, ExcludedRemedy)),
        asks=asks,
        notices=(*case.conflicts(best), *case.changes_of_law(best)),
        as_of=on,
        acted_on=law.act.on if law.act else None,
    )


@dataclass(frozen=True)
class _Case:
    """One matter on one day: what is known of it, with the rules and the law that it is judged by.

    `priorities` are those whose conditions hold; `days`: date slot → the day that is known.
    """

    facts: Facts
    rules: Rulebook
    institutions: Institutions
    law: ApplicableLaw
    priorities: Sequence[PriorityRule]
    days: dict[str, date]

    def judge(self, verdict: Verdict) -> OpenRemedy | ExcludedRemedy | None:
        """The remedy as it is told; None where no rule speaks of it."""
        remedy, rule = verdict.remedy, verdict.excluded_by
        if rule:
            basis = self.law.cite(rule.basis)
            return ExcludedRemedy(remedy.key, remedy.name, rule.id, rule.why, basis)
        if not verdict.opened_by:
            return None
        running = self._running(remedy)
        return _lapsed(remedy, running, self.law.on) or self._open(
            remedy, verdict.opened_by, tuple(deadline for _, deadline in running)
        )

    def place(self, remedy: OpenRemedy) -> tuple[float, date, int]:
        """Where a remedy stands among the others, the least first.

        Its rank less what the priorities lift; between equals the nearest day; then the
        vocabulary's order.
        """
        rank = remedy.rank - sum(rule.boost for rule in remedy.order)
        due = min((one.act_by for one in remedy.deadlines if one.act_by), default=date.max)
        return rank, due, self.rules.position[remedy.key]

    def conflicts(self, remedies: Sequence[OpenRemedy]) -> list[str]:
        """What one proceeding means for another, with the articles of today's law that say so."""
        keys = {remedy.key for remedy in remedies}
        notices = []
        for rule in self.rules.conflicts:
            if not keys & set(rule.remedies) or not rule.when.holds(self.facts):
                continue
            articles = [
                f"{one.short_title}{one.article}"
                for one in map(self.law.article, rule.basis)
                if one
            ]
            if articles:
                notices.append(f"{rule.notice}（{'、'.join(articles)}）。")
            elif not rule.basis:
                notices.append(f"{rule.notice}。")
        return notices

    def changes_of_law(self, remedies: Sequence[OpenRemedy]) -> tuple[str, ...]:
        """What changes of law mean for these remedies.

        About the act, about periods that began earlier, about what comes.
        """
        cited = tuple(dict.fromkeys(one for remedy in remedies for one in remedy.basis))
        running = tuple(dict.fromkeys(one for remedy in remedies for one in remedy.deadlines))
        return (*self.law.about_the_act(cited), *deadlines.notices(running, cited, self.law))

    def _open(self, remedy: Remedy, rule: ApplyRule, running: tuple[Deadline, ...]) -> OpenRemedy:
        basis = self.law.cite(tuple(dict.fromkeys((*rule.basis, *remedy.basis))))
        goal = self.facts.get("goal")
        days_left = [(one.act_by - self.law.on).days for one in running if one.act_by]
        return OpenRemedy(
            key=remedy.key,
            name=remedy.name,
            rule=rule.id,
            rank=rule.rank,
            why=rule.why,
            can_do=remedy.can_do,
            cannot_do=remedy.cannot_do,
            basis=self._of_use(basis),
            body=self._body(rule.body or remedy.body),
            materials=rule.materials or remedy.materials,
            evidence=remedy.evidence,
            deadlines=running,
            duration=remedy.duration.text if remedy.duration else None,
            fees=remedy.fees.text if remedy.fees else None,
            goes_with=remedy.goes_with,
            order=tuple(one for one in self.priorities if moves(one, remedy, goal, days_left)),
        )

    def _running(self, remedy: Remedy) -> _Running:
        """The deadlines that run now and are of use to this right; all that run where none is."""
        living = deadlines.living(remedy.deadlines, self.days, self.law, self.rules.workdays)
        running = [(rule, one) for rule, one in living if rule.when.holds(self.facts)]
        right = self.facts.get("right")
        return [
            (rule, one) for rule, one in running if self.rules.concerns(one.basis, right)
        ] or running

    def _of_use(self, basis: tuple[Citation, ...]) -> tuple[Citation, ...]:
        """The citations that speak to the visitor's right; all of them where none does."""
        right = self.facts.get("right")
        return tuple(one for one in basis if self.rules.concerns(one, right)) or basis

    def _body(self, rule: BodyRule) -> Body:
        """Whom to turn to, as near to the visitor as the places are known."""
        if rule.kind == COMPETENT_COURT:
            courts = (court for court in self.rules.courts if court.when.holds(self.facts))
            rule = next(courts, rule)
        city = self.facts.get(rule.place) if rule.place != "none" else None
        county = self.facts.get("county") if rule.place == "city" else None
        return self.institutions.body(
            rule.kind, rule.level, known(city), known(county), self.law.on
        )


def _lapsed(remedy: Remedy, running: _Running, on: date) -> ExcludedRemedy | None:
    """The remedy as one that is ruled out where a period that bars it has passed."""
    for rule, deadline in running:
        if rule.bars and (why := deadlines.lapsed(deadline, on)):
            rule_id = f"{remedy.key}-lapsed"
            return ExcludedRemedy(remedy.key, remedy.name, rule_id, why, (deadline.basis,))
    return None
