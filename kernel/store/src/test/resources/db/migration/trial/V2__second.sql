INSERT INTO trial VALUES (2, 'second');
