INSERT INTO trial VALUES (3, 'tenth');
