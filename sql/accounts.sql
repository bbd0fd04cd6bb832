-- Tables that change, and views that follow: a bank with two views that always agree.
--
--   cargo run --release -- run sql/accounts.sql --until-idle

CREATE TABLE account (
  id INT PRIMARY KEY,
  owner VARCHAR NOT NULL,
  balance BIGINT NOT NULL DEFAULT 0
);

CREATE MATERIALIZED VIEW per_owner AS
SELECT owner, count(*) AS accounts, sum(balance) AS total FROM account GROUP BY owner;

CREATE MATERIALIZED VIEW whole AS SELECT sum(total) AS total, count(*) AS owners FROM per_owner;

INSERT INTO account VALUES (1, 'Ada', 100), (2, 'Ada', 50), (3, 'Emmy', 200);

-- A transfer is one statement, so every view sees it whole.
UPDATE account SET balance = balance + CASE id WHEN 1 THEN -30 ELSE 30 END WHERE id IN (1, 3);

DELETE FROM account WHERE id = 2;

SELECT * FROM per_owner;
