CREATE TABLE broken_one (id BIGINT);
CREATE TABLE nonsense nonsense;
