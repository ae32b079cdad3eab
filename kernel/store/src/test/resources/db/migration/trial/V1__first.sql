-- first; with a comment
CREATE TABLE trial (id BIGINT PRIMARY KEY, text TEXT);
INSERT INTO trial VALUES (1, 'a;b -- no comment');
