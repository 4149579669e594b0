"""the initial tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.append_only import triggers

revision = "0001"
down_revision = None
branch_labels = ("default",)
depends_on = None

APPEND_ONLY = (
    "acceptance_signature",
    "appeal_vote",
    "aspect_note",
    "audit_event",
    "board_snapshot",
    "clawback_entry",
    "determination",
    "granted_amount",
    "hand_over",
    "honour",
    "honour_text",
    "mark",
    "payment",
    "result_publication",
    "seal_use",
    "seat_term",
    "sheet_signature",
    "theory_mark",
)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("target", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_audit_event_chain_number")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_audit_event_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("parent_code", sa.String(length=6), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "honour_text",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_honour_text")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["state", "due_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("competition_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_competition_id"), ["competition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)

    op.create_table(
        "occupation",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("minor_name", sa.String(length=120), nullable=False),
        sa.Column("major_code", sa.String(length=4), nullable=False),
        sa.Column("major_name", sa.String(length=120), nullable=False),
        sa.Column("trades", sa.Text(), nullable=False),
        sa.Column("is_digital", sa.Boolean(), nullable=False),
        sa.Column("is_green", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_occupation")),
    )
    with op.batch_alter_table("occupation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occupation_name"), ["name"], unique=False)

    op.create_table(
        "payment_batch",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("bank_list_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state NOT IN ('sent', 'settled') OR bank_list_hash IS NOT NULL", name=op.f("ck_payment_batch_sent_has_a_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
    )
    with op.batch_alter_table("payment_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_batch_state"), ["state"], unique=False)

    op.create_table(
        "request_receipt",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_request_receipt")),
    )
    with op.batch_alter_table("request_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_receipt_at"), ["at"], unique=False)

    op.create_table(
        "serial",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_serial")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_file_digest"), ["digest"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("division_code", sa.String(length=6), nullable=True),
        sa.Column("member", sa.String(length=3), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_organisation_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_organisation_credit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "competition",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("level_class", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(length=80), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("hosts", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("one_skill_each", sa.Boolean(), nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("honour_packs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("overall", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organiser_id"], ["organisation.id"], name=op.f("fk_competition_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition")),
    )
    with op.batch_alter_table("competition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_competition_organiser_id"), ["organiser_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_registration_closes_at"), ["registration_closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_registration_opens_at"), ["registration_opens_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_state"), ["state"], unique=False)

    op.create_table(
        "marking_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("standards", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occupation_code", sa.String(length=20), nullable=True),
        sa.Column("max_aspect_mark", sa.BigInteger(), nullable=True),
        sa.Column("max_variation", sa.BigInteger(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_marking_scheme_occupation_code")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_marking_scheme_organisation_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["marking_scheme.id"], name=op.f("fk_marking_scheme_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_scheme")),
        sa.UniqueConstraint("organisation_id", "name", "number", name=op.f("uq_marking_scheme_organisation_id_name_number")),
    )
    with op.batch_alter_table("marking_scheme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marking_scheme_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("id_kind", sa.String(length=20), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id_number_masked", sa.String(length=40), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_masked", sa.String(length=40), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("employed_since", sa.Date(), nullable=True),
        sa.Column("position", sa.String(length=80), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("bank_account_masked", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name=op.f("fk_person_employer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_person_id_number_index")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_employer_id"), ["employer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name_key"), ["name_key"], unique=False)

    op.create_table(
        "programme",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("arrangements", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=4), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("station", sa.String(length=6), nullable=False),
        sa.Column("certificates_a_year", sa.Integer(), nullable=False),
        sa.Column("panel_minimum", sa.Integer(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_programme_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programme_state"), ["state"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "achievement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("award", sa.String(length=40), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=True),
        sa.Column("grade_level", sa.Integer(), nullable=True),
        sa.Column("prize_received", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("thread", sa.String(length=120), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.Column("held_zh", sa.String(length=200), nullable=False),
        sa.Column("held_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("ck_achievement_somebody")),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_achievement_occupation_code")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_achievement_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_achievement_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["achievement.id"], name=op.f("fk_achievement_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_achievement_replaces_id")),
        sa.UniqueConstraint("source", name=op.f("uq_achievement_source")),
    )
    with op.batch_alter_table("achievement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_achievement_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_achievement_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_achievement_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_achievement_thread"), ["thread"], unique=False)

    op.create_table(
        "ceremony",
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("order", sa.String(length=12), nullable=False),
        sa.Column("skills", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("script", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("shows_full_names", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["competition_id"], ["competition.id"], name=op.f("fk_ceremony_competition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony")),
        sa.UniqueConstraint("code", name=op.f("uq_ceremony_code")),
    )
    with op.batch_alter_table("ceremony", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ceremony_competition_id"), ["competition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ceremony_state"), ["state"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("check_code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("holder_name", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("face", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=200), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("held_zh", sa.String(length=200), nullable=False),
        sa.Column("held_en", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("check_code", name=op.f("uq_certificate_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
        sa.UniqueConstraint("source", name=op.f("uq_certificate_source")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_holder_name"), ["holder_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_person_id"), ["person_id"], unique=False)

    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["scheme_id"], ["marking_scheme.id"], name=op.f("fk_criterion_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("scheme_id", "letter", name=op.f("uq_criterion_scheme_id_letter")),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_scheme_id"), ["scheme_id"], unique=False)

    op.create_table(
        "programme_scope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_programme_scope_level")),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_programme_scope_occupation_code")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_scope_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_scope")),
        sa.UniqueConstraint("programme_id", "occupation_code", "level", name="uq_programme_scope_once"),
    )
    op.create_table(
        "skill",
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=True),
        sa.Column("document_level", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("team_size", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("theory_weight", sa.BigInteger(), nullable=False),
        sa.Column("practice_weight", sa.BigInteger(), nullable=False),
        sa.Column("theory_pass", sa.BigInteger(), nullable=True),
        sa.Column("practice_pass", sa.BigInteger(), nullable=True),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column("marked_again", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("medal_rule", sa.String(length=20), nullable=False),
        sa.Column("tie_break", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unshared_places", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("prizes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("promotion", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("spread_rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("panel_rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("code_layers", sa.Integer(), nullable=False),
        sa.Column("acceptance", sa.String(length=10), nullable=False),
        sa.Column("needs_recheck", sa.Boolean(), nullable=False),
        sa.Column("recheck_rule", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seat_prefix", sa.String(length=6), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tally_number", sa.Integer(), nullable=False),
        sa.Column("decoding", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("tie_rulings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_tally", sa.Integer(), nullable=True),
        sa.Column("shows_full_names", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("code_layers BETWEEN 1 AND 3", name=op.f("ck_skill_code_layers")),
        sa.CheckConstraint("quota IS NULL OR quota > 0", name=op.f("ck_skill_quota")),
        sa.CheckConstraint("theory_weight >= 0 AND practice_weight >= 0", name=op.f("ck_skill_weights")),
        sa.ForeignKeyConstraint(["competition_id"], ["competition.id"], name=op.f("fk_skill_competition_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_skill_notice_id")),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_skill_occupation_code")),
        sa.ForeignKeyConstraint(["scheme_id"], ["marking_scheme.id"], name=op.f("fk_skill_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("competition_id", "code", name=op.f("uq_skill_competition_id_code")),
    )
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_competition_id"), ["competition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_skill_publicity_ends_at"), ["publicity_ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_skill_state"), ["state"], unique=False)

    op.create_table(
        "board",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("shows", sa.String(length=12), nullable=False),
        sa.Column("freezes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_board_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("skill_id", name=op.f("uq_board_skill_id")),
    )
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_freezes_at"), ["freezes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_board_state"), ["state"], unique=False)

    op.create_table(
        "calendar_notice",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_calendar_notice_entered_by_id")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_notice")),
    )
    op.create_table(
        "claim_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claim_list_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_list")),
    )
    op.create_table(
        "code_layer",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(length=8), nullable=False),
        sa.Column("drawer_id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_mapping", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["drawer_id"], ["account.id"], name=op.f("fk_code_layer_drawer_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_code_layer_skill_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["account.id"], name=op.f("fk_code_layer_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_layer")),
        sa.UniqueConstraint("skill_id", "drawer_id", name=op.f("uq_code_layer_skill_id_drawer_id")),
        sa.UniqueConstraint("skill_id", "layer", name=op.f("uq_code_layer_skill_id_layer")),
    )
    with op.batch_alter_table("code_layer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_layer_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_layer_state"), ["state"], unique=False)

    op.create_table(
        "direct_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_direct_import_account_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_direct_import_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_import")),
    )
    with op.batch_alter_table("direct_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_direct_import_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "direct_recognition",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("held_level", sa.Integer(), nullable=True),
        sa.Column("employed_since", sa.Date(), nullable=True),
        sa.Column("is_front_line", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('A', 'B', 'C', 'D')", name=op.f("ck_direct_recognition_kind")),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_direct_recognition_level")),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_direct_recognition_achievement_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_direct_recognition_certificate_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_direct_recognition_notice_id")),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_direct_recognition_occupation_code")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_direct_recognition_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_direct_recognition_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_recognition")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_direct_recognition_certificate_id")),
    )
    with op.batch_alter_table("direct_recognition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_direct_recognition_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_recognition_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_recognition_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_direct_recognition_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_direct_recognition_in_hand",
            ["person_id", "occupation_code", "level"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned', 'passed', 'publicity')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned', 'passed', 'publicity')"),
        )

    op.create_table(
        "entry",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("team_name", sa.String(length=120), nullable=False),
        sa.Column("coach", sa.String(length=80), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("start_code", sa.LargeBinary(), nullable=True),
        sa.Column("seat_code", sa.LargeBinary(), nullable=True),
        sa.Column("work_code", sa.LargeBinary(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results_final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["person.id"], name=op.f("fk_entry_coach_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_entry_entered_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_entry_organisation_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_entry_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("skill_id", "number", name=op.f("uq_entry_skill_id_number")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_called_off_at"), ["called_off_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_coach_id"), ["coach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_results_final_at"), ["results_final_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_state"), ["state"], unique=False)

    op.create_table(
        "evidence_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_evidence_bundle_job_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_evidence_bundle_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_bundle")),
        sa.UniqueConstraint("job_id", name=op.f("uq_evidence_bundle_job_id")),
    )
    with op.batch_alter_table("evidence_bundle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_bundle_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet", sa.Text(), nullable=False),
        sa.Column("outcome", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_hand_over_account_id")),
        sa.ForeignKeyConstraint(["brought_by_id"], ["account.id"], name=op.f("fk_hand_over_brought_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_over_digest"), ["digest"], unique=False)

    op.create_table(
        "import_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_import_draft_account_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_import_draft_organisation_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_import_draft_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
    )
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_draft_account_id"), ["account_id"], unique=False)

    op.create_table(
        "judge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("certificate_no", sa.String(length=60), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("occupations", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("member", sa.String(length=3), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("years >= 0 AND terms >= 0", name=op.f("ck_judge_counts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_judge_account_id")),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name=op.f("fk_judge_employer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge")),
        sa.UniqueConstraint("account_id", name=op.f("uq_judge_account_id")),
    )
    op.create_table(
        "judge_day_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_judge_day_off_account_id")),
        sa.ForeignKeyConstraint(["competition_id"], ["competition.id"], name=op.f("fk_judge_day_off_competition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_day_off")),
        sa.UniqueConstraint("competition_id", "account_id", "day", name=op.f("uq_judge_day_off_competition_id_account_id_day")),
    )
    with op.batch_alter_table("judge_day_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_day_off_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_day_off_competition_id"), ["competition_id"], unique=False)

    op.create_table(
        "judge_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_judge_relation_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_judge_relation_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name=op.f("fk_judge_relation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_relation")),
    )
    with op.batch_alter_table("judge_relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_relation_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_relation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "marking_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_by_id", sa.Integer(), nullable=True),
        sa.Column("lost_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(lost_at IS NULL) = (lost_by_id IS NULL)", name=op.f("ck_marking_device_lost_by_somebody")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_marking_device_account_id")),
        sa.ForeignKeyConstraint(["lost_by_id"], ["account.id"], name=op.f("fk_marking_device_lost_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_device")),
        sa.UniqueConstraint("device", "account_id", name=op.f("uq_marking_device_device_account_id")),
    )
    with op.batch_alter_table("marking_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marking_device_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_marking_device_last_contact_at"), ["last_contact_at"], unique=False)

    op.create_table(
        "marking_pin",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_marking_pin_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_marking_pin")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_unread", ["account_id", "read_at"], unique=False)

    op.create_table(
        "objection",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_objection_account_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_objection_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objection_receipt")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_state"), ["state"], unique=False)

    op.create_table(
        "panel_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_seat_account_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_panel_seat_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat")),
        sa.UniqueConstraint("skill_id", "account_id", name=op.f("uq_panel_seat_skill_id_account_id")),
        sa.UniqueConstraint("skill_id", "position", name=op.f("uq_panel_seat_skill_id_position")),
    )
    with op.batch_alter_table("panel_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_seat_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_seat_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name=op.f("ck_policy_version_end_has_a_reason")),
        sa.CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name=op.f("ck_policy_version_dates")),
        sa.ForeignKeyConstraint(["activated_by_id"], ["account.id"], name=op.f("fk_policy_version_activated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_policy_version_digest")),
    )
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_version_pack"), ["pack"], unique=False)

    op.create_table(
        "printed_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_printed_bundle_account_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_printed_bundle_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_bundle")),
        sa.UniqueConstraint("job_id", name=op.f("uq_printed_bundle_job_id")),
    )
    with op.batch_alter_table("printed_bundle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printed_bundle_account_id"), ["account_id"], unique=False)

    op.create_table(
        "recheck",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ranked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recheck_account_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_recheck_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recheck_state"), ["state"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("on_id", sa.Integer(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["account.id"], name=op.f("fk_role_grant_ended_by_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["account.id"], name=op.f("fk_role_grant_granted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "uq_role_grant_held",
            ["account_id", "role", "on_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "scheme_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_scheme_draft_account_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_scheme_draft_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_draft")),
    )
    with op.batch_alter_table("scheme_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_draft_account_id"), ["account_id"], unique=False)

    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('seal', 'signature')", name=op.f("ck_seal_kind")),
        sa.CheckConstraint("width BETWEEN 15 AND 60", name=op.f("ck_seal_width")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_seal_account_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_seal_file_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_seal_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "seat_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_seat_term_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_seat_term_by_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_seat_term_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_term")),
    )
    with op.batch_alter_table("seat_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_term_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "sub_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("marked_at", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_sub_criterion_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_criterion")),
        sa.UniqueConstraint("criterion_id", "code", name=op.f("uq_sub_criterion_criterion_id_code")),
    )
    with op.batch_alter_table("sub_criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sub_criterion_criterion_id"), ["criterion_id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_name", sa.String(length=80), nullable=False),
        sa.Column("signed_digest", sa.String(length=64), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("further_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committee_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remedied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(lodged_at IS NULL) = (serial IS NULL)", name=op.f("ck_appeal_lodged_has_a_number")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appeal_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_appeal_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_appeal_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("skill_id", "serial", name=op.f("uq_appeal_skill_id_serial")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_answer_due_at"), ["answer_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_committee_due_at"), ["committee_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_further_until"), ["further_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_remedied_at"), ["remedied_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_state"), ["state"], unique=False)

    op.create_table(
        "aspect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sub_criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("section", sa.String(length=10), nullable=False),
        sa.Column("max_mark", sa.BigInteger(), nullable=False),
        sa.Column("benchmarks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reference", sa.BigInteger(), nullable=True),
        sa.Column("reference_note", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.CheckConstraint("max_mark >= 0", name=op.f("ck_aspect_max_mark")),
        sa.ForeignKeyConstraint(["sub_criterion_id"], ["sub_criterion.id"], name=op.f("fk_aspect_sub_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aspect")),
        sa.UniqueConstraint("sub_criterion_id", "position", name=op.f("uq_aspect_sub_criterion_id_position")),
    )
    with op.batch_alter_table("aspect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aspect_sub_criterion_id"), ["sub_criterion_id"], unique=False)

    op.create_table(
        "board_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_frozen", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_snapshot_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_snapshot")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_board_snapshot_board_id_number")),
    )
    with op.batch_alter_table("board_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_snapshot_board_id"), ["board_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["year"], ["calendar_notice.year"], name=op.f("fk_calendar_day_year")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_day_year"), ["year"], unique=False)

    op.create_table(
        "determination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("beneficiary", sa.String(length=40), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_determination_account_id")),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_determination_achievement_id")),
        sa.ForeignKeyConstraint(["policy_version_id"], ["policy_version.id"], name=op.f("fk_determination_policy_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination")),
    )
    with op.batch_alter_table("determination", schema=None) as batch_op:
        batch_op.create_index("ix_determination_case", ["achievement_id", "beneficiary"], unique=False)
        batch_op.create_index(batch_op.f("ix_determination_policy_version_id"), ["policy_version_id"], unique=False)

    op.create_table(
        "direct_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_direct_evidence_file_id")),
        sa.ForeignKeyConstraint(["recognition_id"], ["direct_recognition.id"], name=op.f("fk_direct_evidence_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_evidence")),
    )
    with op.batch_alter_table("direct_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_direct_evidence_recognition_id"), ["recognition_id"], unique=False)

    op.create_table(
        "entry_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_member_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_member")),
        sa.UniqueConstraint("entry_id", "person_id", name=op.f("uq_entry_member_entry_id_person_id")),
    )
    with op.batch_alter_table("entry_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_member_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("record", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_honour_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_honour_person_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_honour_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
        sa.UniqueConstraint(
            "skill_id", "tally", "entry_id", "person_id", "pack", "rule", name=op.f("uq_honour_skill_id_tally_entry_id_person_id_pack_rule")
        ),
    )
    with op.batch_alter_table("honour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_honour_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_honour_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "judge_conflict",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("covered", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("keeps_away", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_judge_conflict_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_judge_conflict_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_judge_conflict_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_conflict")),
        sa.UniqueConstraint("skill_id", "account_id", "entry_id", name=op.f("uq_judge_conflict_skill_id_account_id_entry_id")),
    )
    with op.batch_alter_table("judge_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_conflict_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_judge_conflict_away", ["skill_id", "account_id", "keeps_away"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_conflict_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_conflict_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_conflict_state"), ["state"], unique=False)

    op.create_table(
        "lock_unit",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("sub_criterion_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("paper_file_id", sa.Integer(), nullable=True),
        sa.Column("paper_digest", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_file_id"], ["stored_file.id"], name=op.f("fk_lock_unit_paper_file_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_lock_unit_skill_id")),
        sa.ForeignKeyConstraint(["sub_criterion_id"], ["sub_criterion.id"], name=op.f("fk_lock_unit_sub_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lock_unit")),
        sa.UniqueConstraint("skill_id", "sub_criterion_id", "day", name=op.f("uq_lock_unit_skill_id_sub_criterion_id_day")),
    )
    with op.batch_alter_table("lock_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lock_unit_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lock_unit_state"), ["state"], unique=False)

    op.create_table(
        "panel_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("sub_criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_panel_assignment_skill_id")),
        sa.ForeignKeyConstraint(["sub_criterion_id"], ["sub_criterion.id"], name=op.f("fk_panel_assignment_sub_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_assignment")),
        sa.UniqueConstraint(
            "skill_id", "sub_criterion_id", "position", name=op.f("uq_panel_assignment_skill_id_sub_criterion_id_position")
        ),
    )
    with op.batch_alter_table("panel_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_assignment_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_assignment_sub_criterion_id"), ["sub_criterion_id"], unique=False)

    op.create_table(
        "panel_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("assessor_name", sa.String(length=80), nullable=False),
        sa.Column("in_favour", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_vote_account_id")),
        sa.ForeignKeyConstraint(["recognition_id"], ["direct_recognition.id"], name=op.f("fk_panel_vote_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
        sa.UniqueConstraint("recognition_id", "round", "account_id", name="uq_panel_vote_once"),
    )
    op.create_table(
        "recognition_offer",
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_recognition_offer_level")),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_recognition_offer_achievement_id")),
        sa.ForeignKeyConstraint(["occupation_code"], ["occupation.code"], name=op.f("fk_recognition_offer_occupation_code")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_recognition_offer_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_offer_person_id")),
        sa.ForeignKeyConstraint(["recognition_id"], ["direct_recognition.id"], name=op.f("fk_recognition_offer_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_offer")),
        sa.UniqueConstraint("achievement_id", name=op.f("uq_recognition_offer_achievement_id")),
    )
    with op.batch_alter_table("recognition_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recognition_offer_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recognition_offer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recognition_offer_state"), ["state"], unique=False)

    op.create_table(
        "result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("theory", sa.BigInteger(), nullable=True),
        sa.Column("practice", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("modules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("scale_points", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("needs_decision", sa.Boolean(), nullable=False),
        sa.Column("why", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("award", sa.String(length=20), nullable=True),
        sa.Column("prize", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_result_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_result_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("skill_id", "tally", "entry_id", name=op.f("uq_result_skill_id_tally_entry_id")),
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_result_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "seal_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_seal_use_account_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.id"], name=op.f("fk_seal_use_seal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_use")),
    )
    with op.batch_alter_table("seal_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_use_seal_id"), ["seal_id"], unique=False)
        batch_op.create_index("ix_seal_use_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "seat_vacancy",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_seat_vacancy_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_seat_vacancy_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_seat_vacancy_skill_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["account.id"], name=op.f("fk_seat_vacancy_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_vacancy")),
    )
    with op.batch_alter_table("seat_vacancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_vacancy_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_vacancy_state"), ["state"], unique=False)

    op.create_table(
        "sheet",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("sub_criterion_id", sa.Integer(), nullable=False),
        sa.Column("seating", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("ordered_anew_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_sheet_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_sheet_skill_id")),
        sa.ForeignKeyConstraint(["sub_criterion_id"], ["sub_criterion.id"], name=op.f("fk_sheet_sub_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("entry_id", "sub_criterion_id", name=op.f("uq_sheet_entry_id_sub_criterion_id")),
    )
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_ordered_anew_at"), ["ordered_anew_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_sub_criterion_id"), ["sub_criterion_id"], unique=False)

    op.create_table(
        "standing",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("theory", sa.BigInteger(), nullable=True),
        sa.Column("practice", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("recorded", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_standing_entry_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_standing_skill_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_standing")),
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "theory_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_theory_mark_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_theory_mark_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theory_mark")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_theory_mark_entry_id_number")),
    )
    with op.batch_alter_table("theory_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theory_mark_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "acceptance_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_acceptance_signature_account_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["lock_unit.id"], name=op.f("fk_acceptance_signature_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_signature")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_acceptance_signature_unit_id_number")),
    )
    with op.batch_alter_table("acceptance_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptance_signature_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "appeal_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_evidence_appeal_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_appeal_evidence_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_evidence")),
        sa.UniqueConstraint("appeal_id", "file_id", name=op.f("uq_appeal_evidence_appeal_id_file_id")),
    )
    with op.batch_alter_table("appeal_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_evidence_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "appeal_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("upholds", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reasons <> ''", name=op.f("ck_appeal_vote_has_reasons")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appeal_vote_account_id")),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_vote_appeal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_vote")),
        sa.UniqueConstraint("appeal_id", "account_id", name=op.f("uq_appeal_vote_appeal_id_account_id")),
    )
    op.create_table(
        "aspect_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("aspect_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_aspect_note_account_id")),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_aspect_note_aspect_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_aspect_note_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aspect_note")),
    )
    with op.batch_alter_table("aspect_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aspect_note_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "aspect_photo",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("aspect_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f("ck_aspect_photo_withdrawn_by_somebody")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_aspect_photo_account_id")),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_aspect_photo_aspect_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_aspect_photo_file_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_aspect_photo_sheet_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["account.id"], name=op.f("fk_aspect_photo_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aspect_photo")),
    )
    with op.batch_alter_table("aspect_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aspect_photo_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("aspect_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id OR state = 'withdrawn'", name=op.f("ck_correction_two_persons")
        ),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_correction_aspect_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_correction_decided_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_correction_entry_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_correction_file_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["account.id"], name=op.f("fk_correction_proposed_by_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_correction_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_state"), ["state"], unique=False)

    op.create_table(
        "granted_amount",
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_granted_amount_amount")),
        sa.ForeignKeyConstraint(["determination_id"], ["determination.id"], name=op.f("fk_granted_amount_determination_id")),
        sa.PrimaryKeyConstraint("determination_id", "rule", name=op.f("pk_granted_amount")),
        sa.UniqueConstraint("determination_id", "rule", "amount", name=op.f("uq_granted_amount_determination_id_rule_amount")),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("aspect_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("is_not_attempted", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(value IS NULL) = is_not_attempted", name=op.f("ck_mark_value_or_non_attempt")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mark_account_id")),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_mark_aspect_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_mark_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("sheet_id", "aspect_id", "seat", "number", name=op.f("uq_mark_sheet_id_aspect_id_seat_number")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_at IS NULL OR second_by_id IS NOT NULL", name=op.f("ck_paper_entry_recorded_by_two")),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name=op.f("ck_paper_entry_two_persons")),
        sa.ForeignKeyConstraint(["first_by_id"], ["account.id"], name=op.f("fk_paper_entry_first_by_id")),
        sa.ForeignKeyConstraint(["second_by_id"], ["account.id"], name=op.f("fk_paper_entry_second_by_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_paper_entry_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
    )
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_entry_sheet_id"), ["sheet_id"], unique=False)
        batch_op.create_index(
            "uq_paper_entry_open",
            ["sheet_id"],
            unique=True,
            sqlite_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
        )

    op.create_table(
        "recheck_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recheck_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("is_wrong", sa.Boolean(), nullable=True),
        sa.Column("aspect_id", sa.Integer(), nullable=True),
        sa.Column("right_mark", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "is_wrong IS NOT TRUE OR (aspect_id IS NOT NULL AND right_mark IS NOT NULL AND reason <> '')",
            name=op.f("ck_recheck_item_wrong"),
        ),
        sa.CheckConstraint("(checked_at IS NULL) = (is_wrong IS NULL)", name=op.f("ck_recheck_item_checked")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recheck_item_account_id")),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_recheck_item_aspect_id")),
        sa.ForeignKeyConstraint(["recheck_id"], ["recheck.id"], name=op.f("fk_recheck_item_recheck_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_recheck_item_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_item")),
        sa.UniqueConstraint("recheck_id", "sheet_id", name=op.f("uq_recheck_item_recheck_id_sheet_id")),
    )
    with op.batch_alter_table("recheck_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_item_recheck_id"), ["recheck_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recheck_item_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "remark_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("aspect_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (decision = '')", name=op.f("ck_remark_round_decision")),
        sa.ForeignKeyConstraint(["aspect_id"], ["aspect.id"], name=op.f("fk_remark_round_aspect_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_remark_round_decided_by_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["account.id"], name=op.f("fk_remark_round_noted_by_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_remark_round_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_round")),
        sa.UniqueConstraint("sheet_id", "aspect_id", "number", name=op.f("uq_remark_round_sheet_id_aspect_id_number")),
    )
    with op.batch_alter_table("remark_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_round_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_remark_round_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("tally", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("tally IS NULL OR base IS NOT NULL", name=op.f("ck_revision_version_follows_another")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_revision_account_id")),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_revision_appeal_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_revision_notice_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_revision_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_appeal_id"), ["appeal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_ordered_at"), ["ordered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_publicity_ends_at"), ["publicity_ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_state"), ["state"], unique=False)

    op.create_table(
        "sheet_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sheet_signature_account_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_signature_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_signature")),
    )
    with op.batch_alter_table("sheet_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_signature_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("pays", sa.String(length=20), nullable=False),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("beneficiary", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("objections_seen", sa.Integer(), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("bank_account_masked", sa.String(length=40), nullable=False),
        sa.Column("account_bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_determination_id", sa.Integer(), nullable=True),
        sa.Column("supplements_id", sa.Integer(), nullable=True),
        sa.Column("paid_before", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("offset_case_id", sa.Integer(), nullable=True),
        sa.Column("offset_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'paid' OR amount IS NOT NULL", name=op.f("ck_claim_paid_has_an_amount")),
        sa.CheckConstraint("state <> 'publicity' OR notice_id IS NOT NULL", name=op.f("ck_claim_publicity_has_a_notice")),
        sa.CheckConstraint('"offset" = 0 OR offset_by_id IS NOT NULL', name=op.f("ck_claim_offset_names_who_arranged_it")),
        sa.CheckConstraint('"offset" = 0 OR offset_case_id IS NOT NULL', name=op.f("ck_claim_offset_names_a_case")),
        sa.CheckConstraint(
            '"offset" >= 0 AND (amount IS NULL OR "offset" <= amount - paid_before)', name=op.f("ck_claim_offset_is_of_what_is_due")
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_claim_one_payee")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_claim_amount")),
        sa.CheckConstraint("paid_before = 0 OR supplements_id IS NOT NULL", name=op.f("ck_claim_paid_before_names_the_claim")),
        sa.CheckConstraint("paid_before >= 0 AND (amount IS NULL OR paid_before < amount)", name=op.f("ck_claim_something_is_due")),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_claim_achievement_id")),
        sa.ForeignKeyConstraint(
            ["determination_id", "rule", "amount"],
            ["granted_amount.determination_id", "granted_amount.rule", "granted_amount.amount"],
            name="fk_claim_amount_granted_amount",
        ),
        sa.ForeignKeyConstraint(["determination_id"], ["determination.id"], name=op.f("fk_claim_determination_id")),
        sa.ForeignKeyConstraint(["due_determination_id"], ["determination.id"], name=op.f("fk_claim_due_determination_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_claim_notice_id")),
        sa.ForeignKeyConstraint(["offset_by_id"], ["account.id"], name=op.f("fk_claim_offset_by_id")),
        sa.ForeignKeyConstraint(["offset_case_id"], ["clawback.id"], name=op.f("fk_claim_offset_case_id"), use_alter=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_claim_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_claim_person_id")),
        sa.ForeignKeyConstraint(["supplements_id"], ["claim.id"], name=op.f("fk_claim_supplements_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("achievement_id", "rule", "beneficiary", name=op.f("uq_claim_achievement_id_rule_beneficiary")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_determination_id"), ["determination_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_lapses_at"), ["lapses_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_proposed_at"), ["proposed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_revised_at"), ["revised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_claim_supplements",
            ["supplements_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
        )

    op.create_table(
        "remark_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("aspects", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_remark_order_account_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_remark_order_revision_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_remark_order_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_order")),
        sa.UniqueConstraint("revision_id", "sheet_id", name=op.f("uq_remark_order_revision_id_sheet_id")),
    )
    with op.batch_alter_table("remark_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_order_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remark_order_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "result_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_result_publication_account_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_result_publication_notice_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_result_publication_revision_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_result_publication_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_publication")),
        sa.UniqueConstraint("skill_id", "number", name=op.f("uq_result_publication_skill_id_number")),
    )
    op.create_table(
        "revision_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_revision_evidence_file_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_evidence_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_evidence")),
        sa.UniqueConstraint("revision_id", "file_id", name=op.f("uq_revision_evidence_revision_id_file_id")),
    )
    with op.batch_alter_table("revision_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_evidence_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "claim_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_proof_claim_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_claim_proof_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_proof")),
        sa.UniqueConstraint("claim_id", "file_id", name=op.f("uq_claim_proof_claim_id_file_id")),
    )
    with op.batch_alter_table("claim_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_proof_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "clawback",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reply_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_clawback_has_reason")),
        sa.CheckConstraint("amount <= paid - due", name=op.f("ck_clawback_amount_is_the_difference")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_clawback_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_clawback_claim_id")),
        sa.ForeignKeyConstraint(["determination_id"], ["determination.id"], name=op.f("fk_clawback_determination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clawback")),
    )
    with op.batch_alter_table("clawback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clawback_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clawback_lapses_at"), ["lapses_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clawback_reply_until"), ["reply_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_clawback_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_clawback_open",
            ["claim_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('settled', 'written_off', 'dropped', 'superseded')"),
            postgresql_where=sa.text("state NOT IN ('settled', 'written_off', 'dropped', 'superseded')"),
        )

    op.create_table(
        "payment_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("account_masked", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(status = 'paid') = (paid_on IS NOT NULL)", name=op.f("ck_payment_line_paid_has_a_day")),
        sa.CheckConstraint("status <> 'bounced' OR reason <> ''", name=op.f("ck_payment_line_bounced_has_a_reason")),
        sa.CheckConstraint("status IN ('pending', 'paid', 'bounced', 'taken_out')", name=op.f("ck_payment_line_status")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_line_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_line_batch_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_payment_line_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_payment_line_batch_id_number")),
    )
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_line_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_line_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(
            "uq_payment_line_standing",
            ["claim_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('pending', 'paid')"),
            postgresql_where=sa.text("status IN ('pending', 'paid')"),
        )

    op.create_table(
        "team_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_team_share_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_team_share_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_share")),
        sa.UniqueConstraint("claim_id", "place", name=op.f("uq_team_share_claim_id_place")),
    )
    op.create_table(
        "clawback_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clawback_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'offset') = (claim_id IS NOT NULL)", name=op.f("ck_clawback_entry_offset_names_a_claim")),
        sa.CheckConstraint("kind <> 'repaid' OR reference <> ''", name=op.f("ck_clawback_entry_repaid_has_a_reference")),
        sa.CheckConstraint("kind <> 'written_off' OR reason <> ''", name=op.f("ck_clawback_entry_written_off_has_a_reason")),
        sa.CheckConstraint("kind IN ('repaid', 'offset', 'written_off')", name=op.f("ck_clawback_entry_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_clawback_entry_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_clawback_entry_account_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_clawback_entry_claim_id")),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawback.id"], name=op.f("fk_clawback_entry_clawback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clawback_entry")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_clawback_entry_claim_id")),
    )
    with op.batch_alter_table("clawback_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clawback_entry_clawback_id"), ["clawback_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint('"offset" >= 0 AND "offset" <= amount', name=op.f("ck_payment_offset")),
        sa.CheckConstraint('(line_id IS NULL) = ("offset" = amount)', name=op.f("ck_payment_by_the_bank_or_offset_in_full")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_payment_claim_id")),
        sa.ForeignKeyConstraint(["line_id"], ["payment_line.id"], name=op.f("fk_payment_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_payment_claim_id")),
        sa.UniqueConstraint("line_id", name=op.f("uq_payment_line_id")),
    )
    if op.get_bind().dialect.name == "postgresql":  # the two tables name each other; SQLite has it from the table's own words
        op.create_foreign_key(op.f("fk_claim_offset_case_id"), "claim", "clawback", ["offset_case_id"], ["id"])
    for table in APPEND_ONLY:
        for statement in triggers(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("fk_claim_offset_case_id"), "claim", type_="foreignkey")
    op.drop_table("payment")
    with op.batch_alter_table("clawback_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clawback_entry_clawback_id"))

    op.drop_table("clawback_entry")
    op.drop_table("team_share")
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_line_standing",
            sqlite_where=sa.text("status IN ('pending', 'paid')"),
            postgresql_where=sa.text("status IN ('pending', 'paid')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_line_claim_id"))
        batch_op.drop_index(batch_op.f("ix_payment_line_batch_id"))

    op.drop_table("payment_line")
    with op.batch_alter_table("clawback", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_clawback_open",
            sqlite_where=sa.text("state NOT IN ('settled', 'written_off', 'dropped', 'superseded')"),
            postgresql_where=sa.text("state NOT IN ('settled', 'written_off', 'dropped', 'superseded')"),
        )
        batch_op.drop_index(batch_op.f("ix_clawback_state"))
        batch_op.drop_index(batch_op.f("ix_clawback_reply_until"))
        batch_op.drop_index(batch_op.f("ix_clawback_lapses_at"))
        batch_op.drop_index(batch_op.f("ix_clawback_claim_id"))

    op.drop_table("clawback")
    with op.batch_alter_table("claim_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_proof_claim_id"))

    op.drop_table("claim_proof")
    with op.batch_alter_table("revision_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_evidence_revision_id"))

    op.drop_table("revision_evidence")
    op.drop_table("result_publication")
    with op.batch_alter_table("remark_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remark_order_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_remark_order_revision_id"))

    op.drop_table("remark_order")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_claim_supplements",
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
        )
        batch_op.drop_index(batch_op.f("ix_claim_state"))
        batch_op.drop_index(batch_op.f("ix_claim_revised_at"))
        batch_op.drop_index(batch_op.f("ix_claim_proposed_at"))
        batch_op.drop_index(batch_op.f("ix_claim_person_id"))
        batch_op.drop_index(batch_op.f("ix_claim_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_claim_notice_id"))
        batch_op.drop_index(batch_op.f("ix_claim_lapses_at"))
        batch_op.drop_index(batch_op.f("ix_claim_determination_id"))

    op.drop_table("claim")
    with op.batch_alter_table("sheet_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_signature_sheet_id"))

    op.drop_table("sheet_signature")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_state"))
        batch_op.drop_index(batch_op.f("ix_revision_skill_id"))
        batch_op.drop_index(batch_op.f("ix_revision_publicity_ends_at"))
        batch_op.drop_index(batch_op.f("ix_revision_ordered_at"))
        batch_op.drop_index(batch_op.f("ix_revision_appeal_id"))

    op.drop_table("revision")
    with op.batch_alter_table("remark_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remark_round_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_remark_round_settled_at"))

    op.drop_table("remark_round")
    with op.batch_alter_table("recheck_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_item_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_recheck_item_recheck_id"))

    op.drop_table("recheck_item")
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_paper_entry_open",
            sqlite_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_paper_entry_sheet_id"))

    op.drop_table("paper_entry")
    op.drop_table("mark")
    op.drop_table("granted_amount")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_state"))
        batch_op.drop_index(batch_op.f("ix_correction_skill_id"))
        batch_op.drop_index(batch_op.f("ix_correction_entry_id"))

    op.drop_table("correction")
    with op.batch_alter_table("aspect_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aspect_photo_sheet_id"))

    op.drop_table("aspect_photo")
    with op.batch_alter_table("aspect_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aspect_note_sheet_id"))

    op.drop_table("aspect_note")
    op.drop_table("appeal_vote")
    with op.batch_alter_table("appeal_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_evidence_appeal_id"))

    op.drop_table("appeal_evidence")
    with op.batch_alter_table("acceptance_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptance_signature_unit_id"))

    op.drop_table("acceptance_signature")
    with op.batch_alter_table("theory_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theory_mark_entry_id"))

    op.drop_table("theory_mark")
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_skill_id"))

    op.drop_table("standing")
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_sub_criterion_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_state"))
        batch_op.drop_index(batch_op.f("ix_sheet_skill_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_ordered_anew_at"))
        batch_op.drop_index(batch_op.f("ix_sheet_entry_id"))

    op.drop_table("sheet")
    with op.batch_alter_table("seat_vacancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_vacancy_state"))
        batch_op.drop_index(batch_op.f("ix_seat_vacancy_skill_id"))

    op.drop_table("seat_vacancy")
    with op.batch_alter_table("seal_use", schema=None) as batch_op:
        batch_op.drop_index("ix_seal_use_subject")
        batch_op.drop_index(batch_op.f("ix_seal_use_seal_id"))

    op.drop_table("seal_use")
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_skill_id"))
        batch_op.drop_index(batch_op.f("ix_result_entry_id"))

    op.drop_table("result")
    with op.batch_alter_table("recognition_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recognition_offer_state"))
        batch_op.drop_index(batch_op.f("ix_recognition_offer_person_id"))
        batch_op.drop_index(batch_op.f("ix_recognition_offer_organisation_id"))

    op.drop_table("recognition_offer")
    op.drop_table("panel_vote")
    with op.batch_alter_table("panel_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_assignment_sub_criterion_id"))
        batch_op.drop_index(batch_op.f("ix_panel_assignment_skill_id"))

    op.drop_table("panel_assignment")
    with op.batch_alter_table("lock_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lock_unit_state"))
        batch_op.drop_index(batch_op.f("ix_lock_unit_skill_id"))

    op.drop_table("lock_unit")
    with op.batch_alter_table("judge_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judge_conflict_state"))
        batch_op.drop_index(batch_op.f("ix_judge_conflict_skill_id"))
        batch_op.drop_index(batch_op.f("ix_judge_conflict_entry_id"))
        batch_op.drop_index("ix_judge_conflict_away")
        batch_op.drop_index(batch_op.f("ix_judge_conflict_account_id"))

    op.drop_table("judge_conflict")
    with op.batch_alter_table("honour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_honour_skill_id"))
        batch_op.drop_index(batch_op.f("ix_honour_entry_id"))

    op.drop_table("honour")
    with op.batch_alter_table("entry_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_member_person_id"))
        batch_op.drop_index(batch_op.f("ix_entry_member_entry_id"))

    op.drop_table("entry_member")
    with op.batch_alter_table("direct_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_direct_evidence_recognition_id"))

    op.drop_table("direct_evidence")
    with op.batch_alter_table("determination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_determination_policy_version_id"))
        batch_op.drop_index("ix_determination_case")

    op.drop_table("determination")
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_day_year"))

    op.drop_table("calendar_day")
    with op.batch_alter_table("board_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_snapshot_board_id"))

    op.drop_table("board_snapshot")
    with op.batch_alter_table("aspect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aspect_sub_criterion_id"))

    op.drop_table("aspect")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_state"))
        batch_op.drop_index(batch_op.f("ix_appeal_skill_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_remedied_at"))
        batch_op.drop_index(batch_op.f("ix_appeal_further_until"))
        batch_op.drop_index(batch_op.f("ix_appeal_entry_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_committee_due_at"))
        batch_op.drop_index(batch_op.f("ix_appeal_answer_due_at"))

    op.drop_table("appeal")
    with op.batch_alter_table("sub_criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sub_criterion_criterion_id"))

    op.drop_table("sub_criterion")
    with op.batch_alter_table("seat_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_term_skill_id"))

    op.drop_table("seat_term")
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_organisation_id"))

    op.drop_table("seal")
    with op.batch_alter_table("scheme_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_draft_account_id"))

    op.drop_table("scheme_draft")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index("uq_role_grant_held", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_role_grant_account_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_state"))
        batch_op.drop_index(batch_op.f("ix_recheck_skill_id"))

    op.drop_table("recheck")
    with op.batch_alter_table("printed_bundle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printed_bundle_account_id"))

    op.drop_table("printed_bundle")
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_version_pack"))

    op.drop_table("policy_version")
    with op.batch_alter_table("panel_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_seat_skill_id"))
        batch_op.drop_index(batch_op.f("ix_panel_seat_account_id"))

    op.drop_table("panel_seat")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_state"))
        batch_op.drop_index(batch_op.f("ix_objection_notice_id"))

    op.drop_table("objection")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_unread")

    op.drop_table("notification")
    op.drop_table("marking_pin")
    with op.batch_alter_table("marking_device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_device_last_contact_at"))
        batch_op.drop_index(batch_op.f("ix_marking_device_account_id"))

    op.drop_table("marking_device")
    with op.batch_alter_table("judge_relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judge_relation_person_id"))
        batch_op.drop_index(batch_op.f("ix_judge_relation_account_id"))

    op.drop_table("judge_relation")
    with op.batch_alter_table("judge_day_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judge_day_off_competition_id"))
        batch_op.drop_index(batch_op.f("ix_judge_day_off_account_id"))

    op.drop_table("judge_day_off")
    op.drop_table("judge")
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_draft_account_id"))

    op.drop_table("import_draft")
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_over_digest"))

    op.drop_table("hand_over")
    with op.batch_alter_table("evidence_bundle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_bundle_skill_id"))

    op.drop_table("evidence_bundle")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_state"))
        batch_op.drop_index(batch_op.f("ix_entry_skill_id"))
        batch_op.drop_index(batch_op.f("ix_entry_results_final_at"))
        batch_op.drop_index(batch_op.f("ix_entry_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_entry_coach_id"))
        batch_op.drop_index(batch_op.f("ix_entry_called_off_at"))

    op.drop_table("entry")
    with op.batch_alter_table("direct_recognition", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_direct_recognition_in_hand",
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned', 'passed', 'publicity')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned', 'passed', 'publicity')"),
        )
        batch_op.drop_index(batch_op.f("ix_direct_recognition_state"))
        batch_op.drop_index(batch_op.f("ix_direct_recognition_programme_id"))
        batch_op.drop_index(batch_op.f("ix_direct_recognition_person_id"))
        batch_op.drop_index(batch_op.f("ix_direct_recognition_notice_id"))

    op.drop_table("direct_recognition")
    with op.batch_alter_table("direct_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_direct_import_programme_id"))

    op.drop_table("direct_import")
    with op.batch_alter_table("code_layer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_layer_state"))
        batch_op.drop_index(batch_op.f("ix_code_layer_skill_id"))

    op.drop_table("code_layer")
    op.drop_table("claim_list")
    op.drop_table("calendar_notice")
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_state"))
        batch_op.drop_index(batch_op.f("ix_board_freezes_at"))

    op.drop_table("board")
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_state"))
        batch_op.drop_index(batch_op.f("ix_skill_publicity_ends_at"))
        batch_op.drop_index(batch_op.f("ix_skill_competition_id"))

    op.drop_table("skill")
    op.drop_table("programme_scope")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_scheme_id"))

    op.drop_table("criterion")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_person_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_kind"))
        batch_op.drop_index(batch_op.f("ix_certificate_holder_name"))

    op.drop_table("certificate")
    with op.batch_alter_table("ceremony", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ceremony_state"))
        batch_op.drop_index(batch_op.f("ix_ceremony_competition_id"))

    op.drop_table("ceremony")
    with op.batch_alter_table("achievement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_achievement_thread"))
        batch_op.drop_index(batch_op.f("ix_achievement_person_id"))
        batch_op.drop_index(batch_op.f("ix_achievement_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_achievement_kind"))

    op.drop_table("achievement")
    op.drop_table("account")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_state"))
        batch_op.drop_index(batch_op.f("ix_programme_organisation_id"))

    op.drop_table("programme")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_name_key"))
        batch_op.drop_index(batch_op.f("ix_person_name"))
        batch_op.drop_index(batch_op.f("ix_person_employer_id"))

    op.drop_table("person")
    with op.batch_alter_table("marking_scheme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_scheme_organisation_id"))

    op.drop_table("marking_scheme")
    with op.batch_alter_table("competition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_competition_state"))
        batch_op.drop_index(batch_op.f("ix_competition_registration_opens_at"))
        batch_op.drop_index(batch_op.f("ix_competition_registration_closes_at"))
        batch_op.drop_index(batch_op.f("ix_competition_organiser_id"))

    op.drop_table("competition")
    op.drop_table("organisation")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_digest"))
        batch_op.drop_index(batch_op.f("ix_stored_file_account_id"))

    op.drop_table("stored_file")
    op.drop_table("serial")
    with op.batch_alter_table("request_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_receipt_at"))

    op.drop_table("request_receipt")
    with op.batch_alter_table("payment_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_batch_state"))

    op.drop_table("payment_batch")
    with op.batch_alter_table("occupation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupation_name"))

    op.drop_table("occupation")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_state"))
        batch_op.drop_index(batch_op.f("ix_notice_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_notice_competition_id"))

    op.drop_table("notice")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")

    op.drop_table("job")
    op.drop_table("honour_text")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_parent_code"))

    op.drop_table("division")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index(batch_op.f("ix_audit_event_account_id"))

    op.drop_table("audit_event")
