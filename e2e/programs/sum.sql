-- Sums up a file. The rest comes from stdin.
.mode list
.separator " "
CREATE TABLE line (word TEXT, n INTEGER);
.import /data/in.txt line
SELECT 'file: ' || count(*) || ' lines, ' || sum(n) FROM line;
CREATE TABLE input (n INTEGER);
