-- Whose certificate a concierge has seen. Nothing else about it is kept: no document, no number, no date of issue.
CREATE TABLE certificate (
    municipality TEXT   NOT NULL,
    member       TEXT   NOT NULL,
    ticked_by    TEXT   NOT NULL,
    ticked_at    BIGINT NOT NULL,
    PRIMARY KEY (municipality, member)
);

-- Two people who never meet, whoever of them asks: the one whose identifier sorts first stands first.
CREATE TABLE apart (
    municipality TEXT   NOT NULL,
    one          TEXT   NOT NULL,
    other        TEXT   NOT NULL,
    noted_by     TEXT   NOT NULL,
    noted_at     BIGINT NOT NULL,
    PRIMARY KEY (municipality, one, other)
);

-- What a note about somebody touches is found by who wrote what.
CREATE INDEX post_by_author ON post (municipality, author);

-- Why a suggestion lapsed: request, helper, apart or certificate; none when it was taken back before it was told.
ALTER TABLE suggestion ADD COLUMN cause TEXT;
