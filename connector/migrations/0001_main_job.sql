-- Portable SQL: times are milliseconds since 1970 in UTC, flags are 0 or 1, lists are JSON arrays.

CREATE TABLE municipality (
    id           TEXT   NOT NULL PRIMARY KEY,
    inbox_cursor TEXT
);

CREATE TABLE neighbourhood (
    municipality    TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    -- Where the next page of the change sequence begins.
    cursor          TEXT,
    -- Rises with every stored page that changed a post; matching has caught up when the two are equal.
    version         BIGINT NOT NULL DEFAULT 0,
    matched_version BIGINT NOT NULL DEFAULT 0,
    -- Digest of the rules and settings that matching used last; none when all is to be matched afresh.
    matched_rules   TEXT,
    PRIMARY KEY (municipality, id)
);

CREATE TABLE concierge (
    municipality  TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    member        TEXT   NOT NULL,
    position      BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    PRIMARY KEY (municipality, neighbourhood, member)
);

CREATE TABLE post (
    municipality  TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    -- The neighbourhood's version with which this post last changed.
    version       BIGINT NOT NULL,
    author        TEXT   NOT NULL,
    author_name   TEXT   NOT NULL,
    area          TEXT,
    kind          TEXT,
    title         TEXT,
    text          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX post_by_neighbourhood ON post (municipality, neighbourhood, version);

-- What the rules understood of a post: once per version of the post and of the rules.
CREATE TABLE reading (
    municipality TEXT   NOT NULL,
    post         TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    rules        TEXT   NOT NULL,
    data         TEXT   NOT NULL,
    PRIMARY KEY (municipality, post)
);

-- Entries of the platform that could not be understood.
CREATE TABLE set_aside (
    municipality  TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    entry         TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    times         BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,
    PRIMARY KEY (municipality, neighbourhood, entry, reason)
);

-- The one conversation of a concierge with the program.
CREATE TABLE thread (
    municipality  TEXT   NOT NULL,
    concierge     TEXT   NOT NULL,
    conversation  TEXT,
    -- The last suggestion number given out; never reused.
    last_number   BIGINT NOT NULL DEFAULT 0,
    -- The last place given out in the outbox.
    last_sequence BIGINT NOT NULL DEFAULT 0,
    paused        BIGINT NOT NULL DEFAULT 0,
    -- Whether the line of help was sent already.
    helped        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (municipality, concierge)
);

CREATE TABLE suggestion (
    -- Digest of what it suggests, so that the same is never said twice.
    id            TEXT   NOT NULL PRIMARY KEY,
    municipality  TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    -- The post that asks; none where nobody asks alone.
    request       TEXT,
    asker         TEXT,
    -- open, accepted, declined, lapsed, rejected (by the platform); told for what needs no answer.
    state         TEXT   NOT NULL,
    -- Digest of the rules and settings, and of the readings that they judged.
    rules         TEXT   NOT NULL,
    inputs        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    decided_at    BIGINT,
    decided_by    TEXT
);
CREATE INDEX suggestion_by_neighbourhood ON suggestion (municipality, neighbourhood, created_at);

CREATE TABLE suggestion_helper (
    suggestion TEXT   NOT NULL,
    -- 0 is the first suggestion, the others are alternates.
    position   BIGINT NOT NULL,
    post       TEXT   NOT NULL,
    author     TEXT   NOT NULL,
    score      BIGINT NOT NULL,
    reasons    TEXT   NOT NULL,
    PRIMARY KEY (suggestion, position)
);

-- Under which number each concierge knows a suggestion.
CREATE TABLE told (
    municipality TEXT   NOT NULL,
    concierge    TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    suggestion   TEXT   NOT NULL,
    PRIMARY KEY (municipality, concierge, number)
);
CREATE INDEX told_by_suggestion ON told (suggestion);

CREATE TABLE outbox (
    municipality    TEXT   NOT NULL,
    concierge       TEXT   NOT NULL,
    -- The order in which the concierge reads them.
    sequence        BIGINT NOT NULL,
    kind            TEXT   NOT NULL,
    suggestion      TEXT,
    -- The posts that it speaks of: they are looked at again before it leaves.
    posts           TEXT   NOT NULL,
    -- Frozen when it is queued, emptied once it is settled.
    text            TEXT   NOT NULL,
    -- Derived from what it says and to whom: the key of every attempt, and what the platform is asked for.
    reference       TEXT   NOT NULL UNIQUE,
    -- planned, sending, unknown, confirmed, cancelled, rejected
    state           TEXT   NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    not_before      BIGINT NOT NULL DEFAULT 0,
    message         TEXT,
    created_at      BIGINT NOT NULL,
    settled_at      BIGINT,
    PRIMARY KEY (municipality, concierge, sequence)
);
CREATE INDEX outbox_pending ON outbox (municipality, concierge, sequence)
    WHERE state IN ('planned', 'unknown');

-- What concierges wrote back. The text is emptied once it has been acted upon; the row stays, so that no answer
-- counts twice.
CREATE TABLE answer (
    municipality TEXT   NOT NULL,
    message      TEXT   NOT NULL,
    concierge    TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    received_at  BIGINT NOT NULL,
    handled      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (municipality, message)
);
CREATE INDEX answer_waiting ON answer (municipality, received_at) WHERE handled = 0;
