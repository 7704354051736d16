-- Who says that an address is theirs: a person, on a site. Its owner has said of each whether they are
-- it: else whoever types somebody's address would have us write to them.
CREATE TABLE claim (
    -- Never used again: links in old mails have it.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    address_id INTEGER NOT NULL REFERENCES address (id) ON DELETE CASCADE,
    site       TEXT    NOT NULL,
    -- As `comment.person`, or the id of a comment that shows nothing of who wrote it.
    person     BLOB    NOT NULL,
    created    INTEGER NOT NULL,
    -- When the owner was last asked, and when they said yes.
    asked      INTEGER,
    confirmed  INTEGER,
    UNIQUE (address_id, site, person)
) STRICT;

CREATE INDEX claim_unconfirmed ON claim (created) WHERE confirmed IS NULL;

ALTER TABLE subscription ADD COLUMN claim_id INTEGER REFERENCES claim (id);
CREATE INDEX subscription_claim ON subscription (claim_id);

INSERT INTO claim (address_id, site, person, created, confirmed)
    SELECT address.id, page.site, coalesce(comment.person, CAST(comment.id AS BLOB)),
        min(address.created), min(address.confirmed)
    FROM subscription JOIN address ON address.id = address_id
    JOIN comment ON comment.id = comment_id JOIN page ON page.id = page_id
    GROUP BY 1, 2, 3;

UPDATE subscription SET claim_id = (
    SELECT claim.id FROM claim JOIN comment ON comment.id = subscription.comment_id
    JOIN page ON page.id = comment.page_id
    WHERE claim.address_id = subscription.address_id AND claim.site = page.site
    AND claim.person = coalesce(comment.person, CAST(comment.id AS BLOB))
);

CREATE TRIGGER subscription_removed_claim AFTER DELETE ON subscription
WHEN NOT EXISTS (SELECT 1 FROM subscription WHERE claim_id = OLD.claim_id) BEGIN
    DELETE FROM claim WHERE id = OLD.claim_id;
END;

-- What was forgotten of comments is known by nothing else.
CREATE TRIGGER comment_person_forgotten AFTER UPDATE OF person ON comment
WHEN OLD.person IS NOT NULL AND NEW.person IS NULL BEGIN
    UPDATE claim SET person = randomblob(16) WHERE person = OLD.person
        AND id = (SELECT claim_id FROM subscription WHERE comment_id = NEW.id)
        AND NOT EXISTS (
            SELECT 1 FROM subscription JOIN comment ON comment.id = comment_id
            WHERE claim_id = claim.id AND comment.person = OLD.person
        );
END;

-- They are asked anew: what is in the queue names addresses.
DELETE FROM mail WHERE state = 'waiting' AND letter ->> 'kind' = 'confirm';
-- `confirmed` stays: when its owner has confirmed any of them.
ALTER TABLE address DROP COLUMN asked;
