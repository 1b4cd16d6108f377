"""Which column of which table is about a person: one list of all of them.

What is read elsewhere than in the helpline (api.protection.publication) holds `open` columns alone,
so that one that stands in no list goes nowhere; a test names it.
"""

from collections.abc import Mapping
from typing import Literal

# open: codes, times, counts and random ids, for those who count; personal: of a visitor, of a
# caller or of one of the staff, and every text that somebody wrote freely; secret: opens something,
# or shows what opens it; inner: the program's own work and the office's content, about nobody.
Kind = Literal["open", "personal", "secret", "inner"]

_CLASSIFIED: Mapping[str, Mapping[Kind, str]] = {
    "alembic_version": {"inner": "version_num"},
    "asked_builds": {"inner": "id slot begun_at ended_at turns groups"},
    "asked_groups": {
        "personal": "aside_reason aside_by_id aside_by",
        "inner": "id nearest likeness aside aside_size aside_key aside_at",
    },
    "asked_turns": {
        "personal": "vector",
        "inner": "turn_id conversation_id asked_at reasons space group_id distance",
    },
    "askers": {"personal": "conversation_id address expires_at"},
    "audit_events": {
        "personal": "id at staff_id staff_name what object_kind object_id detail",
    },
    "banners": {
        "personal": "set_by_id set_by lifted_by_id lifted_by",
        "inner": "id text first_day last_day set_at lifted_at",
    },
    "calls": {
        "open": "conversation_id began_at ended_at",
        "personal": "cti_id staff_id contact contact_hash",
    },
    "canned_replies": {
        "personal": "owner_id title shortcut text tags actions",
        "inner": "id origin edited removed changed_at",
    },
    # What a person is called by a channel: without the person no row of it is of use.
    "contacts": {
        "personal": "id account contact contact_hash conversation_id grants pictures",
        "inner": "channel subscribed notice_version consented_at last_inbound_at made_at",
    },
    "content_comments": {
        "personal": "author_id author text",
        "inner": "id item_id revision_id at",
    },
    "content_items": {"inner": "id kind file key title body version updated_at"},
    "content_releases": {
        "personal": "made_by activated_by",
        "inner": "id day hash state in_use changes candidates report problem made_at activated_at "
        "index_hash",
    },
    "content_revisions": {
        "personal": "author_id author reason reviewer_id reviewer",
        "inner": "id item_id number body effective_from expires_on sources state made_at "
        "decided_at base_hash",
    },
    "content_switches": {
        "personal": "note set_by_id set_by lifted_by_id lifted_by",
        "inner": "id topic mode starts_at ends_at set_at lifted_at",
    },
    "conversation_news": {
        "personal": "ticket text",
        "inner": "id conversation_id at told_at",
    },
    "conversation_notes": {
        "personal": "author_id author text",
        "inner": "id conversation_id written_at",
    },
    "conversation_tags": {"personal": "conversation_id tag"},  # written freely
    "conversation_tokens": {
        "secret": "id conversation_id token_sha256 origin made_at expires_at",
    },
    "conversation_watchers": {"personal": "conversation_id staff_id"},
    "conversations": {
        "open": "id channel state waiting_since last_position opened_at consent_version "
        "consented_at claimed_at watched approval_pending last_at",
        "personal": "handoff_reason facts memory ticket assignee_id assignee_name "
        "visitor_seen_at contact_id",
        "secret": "token_sha256",
        "inner": "handoff_id read_position speaks_by_contact",
    },
    "deletions": {"personal": "subject by reason", "inner": "id counts deleted_at"},
    "desk_events": {
        "personal": "ticket_number staff_id data",
        "inner": "id kind conversation_id at",
    },
    "desk_presence": {"personal": "staff_id state present seen_at"},
    "dictionaries": {"inner": "id made_of body since"},
    "experts": {
        "personal": "id name organisation phone email note fields cities consent_on consent_until "
        "consent_how added_by_id added_by added_at changed_at",
    },
    "handoffs": {
        "open": "id conversation_id asked_at urgent claimed_at first_reply_at ended_at ending",
        "personal": "reason claimed_by note",
    },
    "health_checks": {"inner": "id written_at"},
    "held_replies": {
        "open": "turn_id conversation_id certainty reason asked_at due_at decision decided_at",
        "personal": "referral decided_by",
    },
    "inbound": {
        "personal": "contact_id key_sha256 body reply",
        "inner": "id kind state turn_id attempts received_at decided_at leased_until done_at",
    },
    "key_checks": {"secret": "id word"},
    "knowledge_gaps": {
        "open": "id conversation_id suggestion_id kind reason intent situation right noted_at",
        "personal": "source words question text staff_id by",
    },
    "labelled_sentences": {
        "personal": "text proposed label added_by_id added_by",
        "inner": "id conversation_id turn_id state added_at",
    },
    "lane_entries": {"inner": "id lane process ahead until"},
    "law_confirmations": {
        "personal": "note by_id by",
        "inner": "id law version_date source at",
    },
    "law_imports": {
        "personal": "file_name author_id author",
        "inner": "id sha256 reading details moves against revisions made_at version",
    },
    "leases": {"inner": "name held_until done_on"},
    "messages": {
        "open": "id conversation_id turn_id position role said_at held",
        "personal": "text payload buttons citations drafts author author_id client_message_id",
    },
    "move_codes": {
        "secret": "id code_hash conversation_id made_by made_at expires_at used_at",
    },
    "outbox": {
        "open": "id channel conversation_id kind state attempts made_at due_at sent_at via",
        "personal": "lane contact_id ref inbound_id payload problem",
        "inner": "leased_until",
    },
    "rate_counts": {"personal": "key", "inner": "count expires_at"},
    "referral_sheets": {
        "open": "id ticket_id to made_at received_on",
        "personal": "body share content made_by receipt_number receipt_note",
    },
    "referrals": {
        "open": "id conversation_id turn_id recorded_at",
        "personal": "body",
    },
    "satisfactions": {
        "open": "id conversation_id score said_at",
        "personal": "about words",  # `about` may be a ticket's number
    },
    "search_documents": {"inner": "id kind ref conversation_id seen newest_at"},
    "search_grams": {"personal": "gram document_id"},
    "sentence_readings": {
        "personal": "reader_id reader label",
        "inner": "id sentence_id place read_at",
    },
    "sign_in_tries": {"personal": "name_sha256 tries since last_at locked_until"},
    "staff_sessions": {"secret": "token_sha256", "personal": "user_id by started_at seen_at"},
    "suggestion_sets": {
        "open": "turn_id conversation_id intent certainty action made_at",
        "personal": "body said",
        "inner": "message_id",
    },
    "suggestions": {
        "open": "id turn_id position kind chance state decided_at",
        "personal": "source text citations drafts why decided_by",
    },
    "ticket_changes": {
        "open": "id ticket_id what changed_at",
        "personal": "before after author_id author",
    },
    "ticket_clocks": {
        "open": "id ticket_id kind started_at warn_at due_at met_at paused_at stopped_at",
        "inner": "told",
    },
    "ticket_days": {"inner": "day last"},
    "ticket_files": {
        "open": "id ticket_id conversation_id media_type size added_at",
        "personal": "name sha256 content thumbnail added_by",
    },
    "ticket_links": {"open": "id ticket_id other_id kind linked_at"},
    "ticket_notes": {
        "open": "id ticket_id public by written_at",
        "personal": "text author_id author",
    },
    "tickets": {
        # `id` is a running number that the program alone knows; the number that a visitor is told
        # stands apart.
        "open": "id conversation_id opened_in_turn status priority queue queue_chosen next_due "
        "merged_into_id split_from_id version opened_on created_at updated_at",
        "personal": "number summary facts contact contact_hash assignee_id assignee tags "
        "dispatch_to next_step checklist",
        "secret": "code_sha256",
        "inner": "next_due_told",
    },
    "told_content": {"open": "id conversation_id kind key told_at"},
    "training_runs": {
        "personal": "started_by_id started_by activated_by",
        "inner": "id state under_way started_at seen_at ended_at progress sentences left_out model "
        "report problem activated_at",
    },
    "turns": {
        "open": "id conversation_id attempt received_at answered_at outcome",
        "personal": "client_message_id ticket answer working",
    },
    "users": {
        "personal": "id name display_name role email extension active must_change_password "
        "oidc_subject created_at seen_at",
        "secret": "password_hash",
    },
    "wecom_cursors": {"inner": "open_kfid cursor since"},
}

# Table → column → what it is.
CLASSIFIED: Mapping[str, Mapping[str, Kind]] = {
    table: {column: kind for kind, columns in kinds.items() for column in columns.split()}
    for table, kinds in _CLASSIFIED.items()
}
# Table → its open columns; tables without any are left out.
OPEN: Mapping[str, tuple[str, ...]] = {
    table: tuple(kinds["open"].split()) for table, kinds in _CLASSIFIED.items() if "open" in kinds
}
