COMMIT;
SELECT 'stdin: ' || count(*) || ' lines, ' || sum(n) FROM input;
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c LIMIT 100000) SELECT i || ' ' || (i * i) FROM c;
SELECT 'done';
.backup /data/out.db
.exit 3
