-- Files of deployed rules, by the SHA-256 of their bytes: modules, and settings as they were signed. Every process reads
-- them from here.
CREATE TABLE rule_file (
    digest TEXT  NOT NULL PRIMARY KEY,
    bytes  BYTEA NOT NULL
);

-- What was done with a municipality's rules, in order. A row tells the whole of the version that the change led to, so
-- that it can be read when the files are gone.
CREATE TABLE rule_change (
    municipality   TEXT   NOT NULL,
    -- 1, 2, 3 for each municipality.
    sequence       BIGINT NOT NULL,
    -- deploy, shadow, promote, rollback, end-shadow
    action         TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    done_by        TEXT   NOT NULL,
    -- The module's file; none where the change led back to the rules of the configuration. So are those below.
    module         TEXT,
    module_name    TEXT,
    module_version TEXT,
    -- Digest of the settings as the module gets them, and their file; no file where none were given.
    settings       TEXT,
    settings_file  TEXT,
    -- Who signed, what was signed, and the signature, in minisign's format: looked at again whenever it is loaded.
    key_id         TEXT,
    checksums      TEXT,
    signature      TEXT,
    -- The change whose version was active before this one; none for the rules of the configuration.
    before         BIGINT,
    PRIMARY KEY (municipality, sequence)
);

-- What is at work. No row: the rules of the configuration, and no shadow.
CREATE TABLE rule_state (
    municipality TEXT   NOT NULL PRIMARY KEY,
    -- The last change: a process that knows it has nothing to load.
    revision     BIGINT NOT NULL,
    -- The changes that brought the active version and the one in the shadow.
    active       BIGINT,
    shadow       BIGINT
);

-- When a municipality's own module failed. No text of a post is in `what`.
CREATE TABLE rule_fault (
    municipality  TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    module        TEXT   NOT NULL,
    settings      TEXT   NOT NULL,
    what          TEXT   NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX rule_fault_by_time ON rule_fault (municipality, at);

-- What the version in the shadow would have told. Nothing of it is sent.
CREATE TABLE shadow_suggestion (
    -- Digest of all that it says.
    id            TEXT   NOT NULL PRIMARY KEY,
    municipality  TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    module        TEXT   NOT NULL,
    settings      TEXT   NOT NULL,
    -- As in `suggestion`.
    kind          TEXT   NOT NULL,
    request       TEXT,
    -- The helpers' posts, scores and codes of reasons, the first suggestion first.
    helpers       TEXT   NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX shadow_suggestion_by_time ON shadow_suggestion (municipality, at);
