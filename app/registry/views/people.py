"""People: found, entered, shown masked; a whole number only for a reason that is put on record."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.commands import link_person
from app.core import audit, clock, slices
from app.core.db import db, transaction
from app.core.errors import Forbidden, NotFound, Refused
from app.registry import commands, queries
from app.registry.commands import ID_KINDS, PersonData
from app.registry.forms import LookReason, PersonForm
from app.registry.models import Organisation, Person
from app.registry.views.blueprint import pages
from app.web.door import SIGNED_IN, roles
from app.web.forms import choices, text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.roles import Role
from workflows.text import Text

OFFICES = (*queries.STAFF, Role.CLERK, Role.TEAM_LEADER)
ENTERING = roles(*queries.REGISTRARS, Role.CLERK, Role.TEAM_LEADER)
LOOKING = roles(*queries.REGISTRARS, Role.FINANCE)
OVERSEEING = roles(Role.ADMINISTRATOR, Role.AUDITOR)
SEXES = {"m": Text("男", "male"), "f": Text("女", "female"), "": Text("未填", "not given")}
NO_ACCOUNT = Text("没有登录名为「{login}」的账号", "There is no account “{login}”")
NO_EMPLOYER = Text("单位「{name}」还没有登记，请先登记单位", "The organisation “{name}” is not registered; register it first")
NOT_YOUR_EMPLOYER = Text("您只能登记本单位的职工", "You can enter the staff of your own organisation only")
NUMBER_TITLES = {
    "id_number": Text("证件号码", "ID number"),
    "phone": Text("手机号", "Mobile"),
    "bank_account": Text("银行账号", "Bank account"),
}


@pages.get("/people", access=roles(*OFFICES))
def people() -> str:
    """By name or pinyin."""
    words = request.args.get("words", "").strip()
    page = page_of(db.session, queries.people(viewer(), words), request.args.get("page", type=int))
    return render_template("registry/people.html", page=page, words=words, may_enter=ENTERING.admits(viewer()))


@pages.post("/people/find", access=roles(*OFFICES))
def find_person() -> ResponseReturnValue:
    """A search by POST: an ID number belongs neither into an address nor into a log of addresses."""
    words = request.form.get("words", "").strip()
    if sum(c.isdecimal() for c in words) < 6:
        return redirect(url_for("registry.people", words=words or None))
    found = queries.person_with_number(db.session, viewer(), words)
    if found is not None:
        return redirect(url_for("registry.person", id=found.id))
    flash(_("没有登记这个证件号码，或不在您的范围内。"), "warning")
    return redirect(url_for("registry.people"))


@pages.get("/people/<int:id>", access=SIGNED_IN)
def person(id: int) -> str:
    """One person's lifelong record: what the slices know of them."""
    return _dossier(queries.person(db.session, viewer(), id))


@pages.get("/me", access=SIGNED_IN)
def me() -> str:
    """My own record."""
    if viewer().person_id is None:
        return render_template("registry/nobody.html")
    return _dossier(queries.person(db.session, viewer(), viewer().person_id or 0))


def _dossier(found: Person) -> str:
    actor = viewer()
    panels = [panel for s in slices.installed() for panel in s.dossier(db.session, actor, found.id)]
    return render_template(
        "registry/person.html",
        person=found,
        panels=panels,
        sex=SEXES[found.sex],
        id_kind=ID_KINDS[found.id_kind],
        is_own=found.id == actor.person_id,
        may_edit=queries.may_edit_person(actor, found),
        may_look=LOOKING.admits(actor),
        numbers=NUMBER_TITLES,
        account_of=accounts.of_person(db.session, found.id),
        may_see_looks=OVERSEEING.admits(actor),
        may_link=actor.holds(Role.ADMINISTRATOR),
        form=LookReason(),
    )


@pages.form("/people/new", access=ENTERING)
def create_person() -> ResponseReturnValue:
    form = _person_form(PersonForm())
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.create_person(session, viewer(), clock.now(), _data(session, form))
        flash(_("已登记。"), "success")
        return redirect(url_for("registry.person", id=made.id))
    return render_template("registry/edit_person.html", form=form, person=None), 422 if form.is_submitted() else 200


@pages.form("/people/<int:id>/edit", access=ENTERING)
def edit_person(id: int) -> ResponseReturnValue:
    """Closed numbers are not shown: an empty field keeps the number that is there."""
    found = queries.person(db.session, viewer(), id)
    form = PersonForm(obj=found) if not request.form else PersonForm()
    if not form.is_submitted():
        form.id_number.data = form.phone.data = form.bank_account.data = ""
        form.employer.data = found.employer.name if found.employer else ""
    _person_form(form)
    if form.validate_on_submit():
        with transaction() as session:
            person = queries.person(session, viewer(), id)
            if not queries.may_edit_person(viewer(), person):
                raise Forbidden
            commands.edit_person(session, viewer(), person, clock.now(), _data(session, form))
        flash(_("已保存。"), "success")
        return redirect(url_for("registry.person", id=id))
    return render_template("registry/edit_person.html", form=form, person=found), 422 if form.is_submitted() else 200


@pages.post("/people/<int:id>/look/<what>", access=LOOKING)
def look(id: int, what: str) -> str:
    """A whole number, shown once; who looked, at what and why stays on record."""
    if what not in commands.SECRETS:
        raise NotFound
    form = LookReason()
    if not form.validate_on_submit():
        raise Refused(commands.NO_REASON)
    with transaction() as session:
        found = queries.person(session, viewer(), id)
        number = commands.look(session, viewer(), found, what, text(form.reason), clock.now())
    return render_template("registry/number.html", person=found, number=number, title=NUMBER_TITLES[what])


@pages.post("/people/<int:id>/account", access=roles(Role.ADMINISTRATOR))
def link_account(id: int) -> ResponseReturnValue:
    """The account with which this person signs in."""
    login = request.form.get("login", "")
    with transaction() as session:
        found = queries.person(session, viewer(), id)
        account = accounts.by_login(session, login)
        if account is None:
            raise Refused(NO_ACCOUNT.format(login=login))
        link_person(session, viewer(), account, found.id, clock.now())
    flash(_("账号已关联。"), "success")
    return redirect(url_for("registry.person", id=id))


@pages.get("/people/<int:id>/looks", access=OVERSEEING)
def looks(id: int) -> str:
    """Who looked at whole numbers of this person, and what was changed."""
    found = queries.person(db.session, viewer(), id)
    return render_template("registry/looks.html", person=found, events=audit.history(db.session, found))


def _person_form(form: PersonForm) -> PersonForm:
    form.id_kind.choices = choices(ID_KINDS.items())
    form.sex.choices = choices(SEXES.items())
    return form


def _data(session: Session, form: PersonForm) -> PersonData:
    return PersonData(
        name=text(form.name),
        id_number=text(form.id_number),
        id_kind=text(form.id_kind),
        phone=text(form.phone),
        birth_date=form.birth_date.data,
        sex=text(form.sex),
        employer_id=_employer(session, text(form.employer).strip()),
        employed_since=form.employed_since.data,
        position=text(form.position),
        bank_name=text(form.bank_name),
        bank_account=text(form.bank_account),
    )


def _employer(session: Session, name: str) -> int | None:
    """The organisation of that name, among those the viewer may enter people for."""
    own = viewer().ids(Role.CLERK, Role.TEAM_LEADER)
    is_registrar = viewer().holds(*queries.REGISTRARS)
    if not name:
        if is_registrar:
            return None
        raise Refused(NOT_YOUR_EMPLOYER)
    found = session.scalar(sa.select(Organisation.id).where(Organisation.name == name))
    if found is None:
        raise Refused(NO_EMPLOYER.format(name=name))
    if not is_registrar and found not in own:
        raise Refused(NOT_YOUR_EMPLOYER)
    return found
