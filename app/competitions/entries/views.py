"""The pages of entries: one's own, a delegation's, the organiser's list, and the spreadsheet."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import PER_SHEET
from app.competitions.entries import commands, importing, lists, queries
from app.competitions.entries.forms import EntryForm, OwnEntryForm, SpreadsheetForm
from app.competitions.models import Entry, ImportDraft, Skill
from app.competitions.models.entry import applicants_for
from app.competitions.planning import queries as plans
from app.core import clock, engine
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.registry.commands import find_or_create_person
from app.registry.models import Organisation, Person
from app.seals import commands as sealing
from app.seals import queries as seals
from app.web.door import SIGNED_IN, Pages, roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import language, viewer
from workflows.competition.eligibility import problems
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("entries", __name__)

LEADER = roles(Role.TEAM_LEADER)
ORGANISER = roles(Role.ORGANISER)
STAFF = roles(
    Role.ORGANISER, Role.CHECK_IN, Role.ENCRYPTION_JUDGE, Role.ARBITER, Role.CHIEF_JUDGE, Role.JUDGE, Role.SCORER,
    Role.REVIEWER, Role.APPROVER, Role.AUDITOR,
)  # fmt: skip
NOBODY_CHOSEN = Text("没有选中任何报名", "Nothing was chosen")
NO_PERSON = Text("您的账号没有关联人员档案，请联系管理员", "Your account is not linked to a person; ask the administrator")
TEAMS_ONLY = Text("这个赛项由领队为整队报名", "Teams are entered by their leader")


# ── one's own ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/entries", access=SIGNED_IN)
def own() -> str:
    mine = queries.own(db.session, viewer())
    return render_template("entries/own.html", entries=mine, next_step=queries.next_step)


@pages.form("/skills/<int:id>/enter", access=SIGNED_IN)
def enter(id: int) -> ResponseReturnValue:
    """Entering oneself: the data are there, the reasons against it are shown before the click."""
    skill = plans.skill(db.session, viewer(), id)
    person = db.session.get(Person, viewer().person_id) if viewer().person_id else None
    form = OwnEntryForm()
    standing = queries.standing(db.session, skill, person.id) if person else None
    if form.validate_on_submit() and standing is None:
        with transaction() as session:
            skill = plans.skill(session, viewer(), id)
            me = session.get(Person, viewer().person_id) if viewer().person_id else None
            if me is None:
                raise Refused(NO_PERSON)
            now = clock.now()
            entry = commands.enter(session, viewer(), skill, [me], now, organisation=None)
            engine.fire(session, entry, EntryFlow.submit, viewer(), now)
        flash(_("报名已提交，审核结果会通知您"), "success")
        return redirect(url_for("entries.entry", id=entry.id))
    page = render_template(
        "entries/enter.html",
        skill=skill,
        person=person,
        standing=standing,
        delegations=queries.delegations(db.session, viewer()),
        reasons=_against(skill, person),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _against(skill: Skill, person: Person | None) -> list[Text]:
    """Why this person cannot enter this skill alone, now."""
    reasons = [] if skill.competition.takes_entries_at(clock.now()) else [commands.NOT_OPEN]
    if person is None:
        return [*reasons, NO_PERSON]
    if skill.conditions.members > 1:
        return [*reasons, TEAMS_ONLY]
    return [*reasons, *problems(skill.conditions, applicants_for(db.session, skill, [person]))]


@pages.get("/entries/<int:id>", access=SIGNED_IN)
def entry(id: int) -> str:
    found = queries.entry(db.session, viewer(), id)
    return render_template(
        "entries/entry.html",
        entry=found,
        line=queries.line(viewer(), found),
        sight=queries.sight(viewer(), found.skill, found),
        next_step=queries.next_step(found),
        may_correct=found.is_editable_by(viewer()) and found.organisation_id is not None,
        has_result=found.skill.is_in(SkillFlow.publicity, SkillFlow.final),
    )


# ── a delegation ────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/delegations/<int:organisation_id>", access=LEADER)
def delegation(id: int, organisation_id: int) -> str:
    """What an organisation has entered in a skill."""
    organisation = queries.delegation(db.session, viewer(), organisation_id)
    skill = plans.skill(db.session, viewer(), id)
    query = queries.of_skill(viewer(), skill, organisation_id=organisation.id)
    page = page_of(db.session, query, request.args.get("page", type=int), size=100)
    return render_template(
        "entries/delegation.html",
        skill=skill,
        organisation=organisation,
        page=page,
        lines=[queries.line(viewer(), row) for row in page.rows],
        counts=queries.counts(db.session, viewer(), skill, organisation.id),
        drafts=sum(row.is_in(EntryFlow.draft, EntryFlow.returned) for row in page.rows),
        takes_entries=skill.competition.takes_entries_at(clock.now()),
        form=SpreadsheetForm(),
    )


@pages.post("/skills/<int:id>/delegations/<int:organisation_id>/submit", access=LEADER)
def submit_all(id: int, organisation_id: int) -> ResponseReturnValue:
    """Hand in every draft of the delegation that may be handed in."""
    with transaction() as session:
        organisation = queries.delegation(session, viewer(), organisation_id)
        skill = plans.skill(session, viewer(), id)
        query = queries.of_skill(viewer(), skill, EntryFlow.draft, EntryFlow.returned, organisation_id=organisation.id)
        outcome = commands.take_all(session, session.scalars(query).unique().all(), EntryFlow.submit, viewer(), clock.now())
    _tell(outcome)
    return redirect(url_for("entries.delegation", id=id, organisation_id=organisation_id))


def _tell(outcome: commands.Outcome) -> None:
    flash(_("已办理 %(n)s 个", n=outcome.done), "success" if outcome.done else "info")
    for entry, reasons in outcome.refused[:20]:
        said = "；".join(reason.within(language()) for reason in reasons)
        flash(_("%(title)s 没有办理：%(said)s", title=entry.title, said=said), "warning")


@pages.form("/skills/<int:id>/delegations/<int:organisation_id>/new", access=LEADER)
def enter_others(id: int, organisation_id: int) -> ResponseReturnValue:
    organisation = queries.delegation(db.session, viewer(), organisation_id)
    skill = plans.skill(db.session, viewer(), id)
    form = EntryForm()
    form.seat(skill.conditions.members)
    if form.validate_on_submit() and form.require_numbers():
        with transaction() as session:
            skill, organisation = plans.skill(session, viewer(), id), queries.delegation(session, viewer(), organisation_id)
            made = commands.enter(
                session,
                viewer(),
                skill,
                _people(form, organisation, None),
                clock.now(),
                organisation=organisation,
                team_name=text(form.team_name),
                coach=text(form.coach),
                coach_person=_coach(form),
                remark=text(form.remark),
            )
        flash(_("已保存为草稿，核对后请提交"), "success")
        return redirect(url_for("entries.entry", id=made.id))
    page = render_template("entries/entry_form.html", form=form, skill=skill, organisation=organisation, entry=None)
    return page, 422 if form.is_submitted() else 200


@pages.form("/entries/<int:id>/edit", access=LEADER)
def correct(id: int) -> ResponseReturnValue:
    found = queries.entry(db.session, viewer(), id)
    engine.require_editable(found, viewer(), clock.now())
    if found.organisation is None:
        raise NotFound
    form = EntryForm(data={"team_name": found.team_name, "coach": found.coach, "remark": found.remark})
    form.seat(found.skill.conditions.members, found)
    if form.validate_on_submit() and form.require_numbers(found):
        with transaction() as session:
            found = queries.entry(session, viewer(), id)
            engine.require_editable(found, viewer(), clock.now(), request.form.get("version", type=int))
            commands.correct(
                session,
                found,
                viewer(),
                clock.now(),
                _people(form, queries.delegation(session, viewer(), found.organisation_id or 0), found),
                team_name=text(form.team_name),
                coach=text(form.coach),
                coach_person=_coach(form),
                remark=text(form.remark),
            )
        flash(_("已保存"), "success")
        return redirect(url_for("entries.entry", id=id))
    page = render_template("entries/entry_form.html", form=form, skill=found.skill, organisation=found.organisation, entry=found)
    return page, 422 if form.is_submitted() else 200


def _coach(form: EntryForm) -> Person | None:
    """The coach as a person, where the ID number was given; without it there is a name and nothing else to compare."""
    if not text(form.coach_id_number):
        return None
    return find_or_create_person(db.session, viewer(), clock.now(), name=text(form.coach), id_number=text(form.coach_id_number))


def _people(form: EntryForm, organisation: Organisation, entry: Entry | None) -> list[Person]:
    """The persons the form means: by ID number, or, where it was left empty, the member who stood there."""
    known = [member.person for member in entry.members] if entry else []
    employer_id = None if importing.delegation_sends_others(organisation) else organisation.id
    people = []
    for place, member in enumerate(form.members):
        if not text(member.form.id_number) and place < len(known):
            people.append(known[place])
            continue
        person = find_or_create_person(
            db.session,
            viewer(),
            clock.now(),
            name=text(member.form.name),
            id_number=text(member.form.id_number),
            phone=text(member.form.phone),
            employer_id=employer_id,
            position=text(member.form.position),
        )
        people.append(person)
    return people


# ── the spreadsheet ─────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/entries/template.xlsx", access=SIGNED_IN)
def template() -> Response:
    return lists.download(importing.template(language()), _("报名表模板") + ".xlsx", lists.XLSX)


@pages.post("/skills/<int:id>/delegations/<int:organisation_id>/import", access=LEADER)
def look_through(id: int, organisation_id: int) -> ResponseReturnValue:
    """Read an uploaded sheet and keep it, sealed, until its sender decides."""
    file = request.files.get("file")
    content, filename = (file.read(), file.filename or "") if file else (b"", "")
    importing.read(content, filename)
    with transaction() as session:
        organisation = queries.delegation(session, viewer(), organisation_id)
        skill = plans.skill(session, viewer(), id)
        session.execute(sa.delete(ImportDraft).where(ImportDraft.account_id == viewer().account_id))
        draft = ImportDraft(
            skill_id=skill.id,
            organisation_id=organisation.id,
            account_id=viewer().account_id,
            filename=filename[-200:],
            content=base64.b64encode(content).decode(),
            created_at=clock.now(),
        )
        session.add(draft)
    return redirect(url_for("entries.preview", id=draft.id), 303)


@pages.get("/entries/imports/<int:id>", access=LEADER)
def preview(id: int) -> str:
    """What the sheet would do: nothing is changed yet."""
    draft = queries.import_draft(db.session, viewer(), id)
    skill, organisation, planned = _planned(draft, viewer())
    return render_template(
        "entries/preview.html",
        draft=draft,
        skill=skill,
        organisation=organisation,
        plan=planned,
        editable=importing.editable(planned, viewer()),
        shown=planned.new[:50],
    )


@pages.post("/entries/imports/<int:id>", access=LEADER)
def apply(id: int) -> ResponseReturnValue:
    """Decide: overwrite what is there already, skip it, or drop the sheet."""
    choices: dict[str, importing.Choice] = {"skip": "skip", "overwrite": "overwrite"}
    choice = choices.get(request.form.get("choice", ""))
    with transaction() as session:
        draft = queries.import_draft(session, viewer(), id)
        skill, organisation, planned = _planned(draft, viewer())
        back = url_for("entries.delegation", id=skill.id, organisation_id=organisation.id)
        session.delete(draft)
        if choice is None:
            flash(_("已取消导入，什么都没有改"), "info")
            return redirect(back)
        done = importing.apply(session, viewer(), skill, organisation, planned, choice, clock.now())
    flash(_("新增 %(new)s 个，覆盖 %(over)s 个，略过 %(skip)s 个", new=done.created, over=done.overwritten, skip=done.skipped), "success")
    return redirect(back)


def _planned(draft: ImportDraft, actor: Actor) -> tuple[Skill, Organisation, importing.Plan]:
    skill = plans.skill(db.session, actor, draft.skill_id)
    organisation = queries.delegation(db.session, actor, draft.organisation_id)
    parsed = importing.read(base64.b64decode(draft.content), draft.filename)
    return skill, organisation, importing.plan(db.session, skill, organisation, parsed)


# ── the organiser's list ────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/entries", access=STAFF)
def entries(id: int) -> str:
    """Who has entered, as far as whoever looks may know."""
    skill = _staffed(id)
    state = EntryFlow.states.get(request.args.get("state", ""))
    words = request.args.get("words", "").strip()
    query = queries.of_skill(viewer(), skill, *((state,) if state else ()), words=words)
    page = page_of(db.session, query, request.args.get("page", type=int), size=100)
    mine = viewer().roles_on(skill)
    return render_template(
        "entries/entries.html",
        skill=skill,
        page=page,
        lines=[queries.line(viewer(), row) for row in page.rows],
        counts=queries.counts(db.session, viewer(), skill),
        state=state,
        words=words,
        sight=queries.sight(viewer(), skill),
        codes=queries.codes(db.session, skill) if skill.is_sealed else [],
        decides=Role.ORGANISER in mine,
        prints_labels=skill.drawn_at is not None and bool(mine & {Role.ORGANISER, Role.CHECK_IN, Role.ENCRYPTION_JUDGE}),
        waiting=any(row.is_in(EntryFlow.submitted) for row in page.rows),
        sessions=lists.sessions(skill),
        seals=seals.kept_for(db.session, viewer(), skill.competition.organiser_id),
        sealed=seals.marks_on(db.session, skill).values(),
    )


@pages.post("/skills/<int:id>/entries/seal", access=roles(Role.SEAL_KEEPER))
def use_seal(id: int) -> ResponseReturnValue:
    """The organiser's keeper puts a seal or a signature on the start list, or takes it off."""
    with transaction() as session:
        skill, seal = _staffed(id), seals.seal(session, viewer(), request.form.get("seal", 0, type=int))
        if seal.organisation_id != skill.competition.organiser_id:
            raise NotFound
        act = sealing.take_off if request.form.get("act") == "off" else sealing.put_on
        act(session, seal, [skill], viewer(), clock.now(), f"{skill.name} 参赛名单用印")
    flash(_("已记录用印。"), "success")
    return redirect(url_for("entries.entries", id=id))


@pages.post("/skills/<int:id>/entries/accept", access=ORGANISER)
def accept_many(id: int) -> ResponseReturnValue:
    """Accept the chosen entries, or put those that find no place on the waiting list."""
    chosen = [int(value) for value in request.form.getlist("entry") if value.isdecimal()][:500]
    if not chosen:
        raise Refused(NOBODY_CHOSEN)
    transition = EntryFlow.put_on_waiting_list if request.form.get("do") == "wait" else EntryFlow.accept
    with transaction() as session:
        skill = _staffed(id)
        query = queries.of_skill(viewer(), skill, EntryFlow.submitted).where(Entry.id.in_(chosen)).order_by(None).order_by(Entry.id)
        outcome = commands.take_all(session, session.scalars(query).unique().all(), transition, viewer(), clock.now())
    _tell(outcome)
    return redirect(url_for("entries.entries", id=id, state=request.form.get("state") or None))


@pages.get("/skills/<int:id>/entries/list.<kind>", access=STAFF)
def start_list(id: int, kind: str) -> Response:
    """The start list as a workbook or on paper, with as much as whoever asks may see."""
    skill = _staffed(id)
    rows: Sequence[Entry] = db.session.scalars(queries.of_skill(viewer(), skill, *lists.STARTING)).unique().all()
    lines = lists.in_starting_order([queries.line(viewer(), row) for row in rows])
    if kind == "xlsx":
        return lists.download(lists.start_workbook(skill, lines, language()), f"{skill.name}.xlsx", lists.XLSX)
    if kind == "pdf":
        instance = current_app.config["INSTANCE"]
        content = lists.start_paper(db.session, skill, lines, clock.today(clock.now()), language(), instance)
        return lists.download(content, f"{skill.name}.pdf", lists.PDF)
    raise NotFound


@pages.get("/skills/<int:id>/labels.pdf", access=roles(Role.ORGANISER, Role.CHECK_IN, Role.ENCRYPTION_JUDGE))
def seat_labels(id: int) -> Response:
    """Labels for the seats that were drawn; how many to a sheet, the address says."""
    skill = _staffed(id)
    per_sheet = request.args.get("per", 2, type=int)
    if per_sheet not in PER_SHEET:
        raise NotFound
    seats = queries.seats(db.session, skill)
    if not seats:
        raise Refused(Text("抽签后才有工位号", "There are no seats before the draw"))
    return lists.download(lists.labels(skill, seats, per_sheet, clock.today(clock.now()), language()), f"{skill.name}.pdf", lists.PDF)


def _staffed(id: int) -> Skill:
    """A skill on which the viewer has something to do, or which they oversee."""
    skill = plans.skill(db.session, viewer(), id)
    if not viewer().reads_everything and viewer().roles_on(skill) <= {Role.ANYONE}:
        raise NotFound
    return skill
