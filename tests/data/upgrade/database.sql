BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE answers (
	id INTEGER NOT NULL, 
	answer_id VARCHAR(12) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	message_id BIGINT, 
	member_hash VARCHAR(32), 
	question TEXT, 
	normalized_question TEXT, 
	searched TEXT, 
	outcome VARCHAR(12) NOT NULL, 
	section_id TEXT, 
	shown_digest VARCHAR(16) NOT NULL, 
	confidence FLOAT, 
	fingerprint VARCHAR(16) NOT NULL, 
	asked_at BIGINT NOT NULL, context_id TEXT, picked BOOLEAN, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT uq_answers_answer_id UNIQUE (answer_id)
);
INSERT INTO "answers" VALUES(1,'p7udeza26r6s',101,7,4711,'ttniyfcaa3u2b5jd5hf5euv3','What are open weights?','what are open weights','What are open weights?','answer','basics/openness#open-weights','cca8d693d7293521',0.9996,'29dcb4fd16556aaa',1795876641016,NULL,0);
INSERT INTO "answers" VALUES(2,'rw63zvlwros7',101,7,4712,'6euyixhrld2p3utw4g7psqzv','What is copyleft?','what is copyleft','What is copyleft?','answer','basics/licenses#copyleft','dfb3eade0c39904b',0.9998,'29dcb4fd16556aaa',1795876641039,NULL,0);
INSERT INTO "answers" VALUES(3,'u7sef5cs4oiy',101,7,4713,'tvnf6itsyfk3g5uzpqfjn27z','What does the MIT license allow?','what does the mit license allow','What does the MIT license allow?','answer','basics/licenses#mit-license','c49e01dd2f234f20',1.0,'29dcb4fd16556aaa',1795876641059,NULL,0);
INSERT INTO "answers" VALUES(4,'kyjeevf7ccvo',101,7,NULL,'ttniyfcaa3u2b5jd5hf5euv3','What is a closed model?','what is a closed model','What is a closed model?','answer','basics/openness#closed-models','4e2f101236fc0e88',0.9999,'29dcb4fd16556aaa',1795876641081,NULL,0);
INSERT INTO "answers" VALUES(5,'d6affggsnmkc',101,7,NULL,'6euyixhrld2p3utw4g7psqzv',NULL,NULL,NULL,'answer','basics/licenses#copyleft','dfb3eade0c39904b',0.8428,'29dcb4fd16556aaa',1795876641098,NULL,0);
INSERT INTO "answers" VALUES(6,'cqv7olpospff',101,7,NULL,'6euyixhrld2p3utw4g7psqzv','hello','hello','hello','smalltalk',NULL,'1f6afe5b3615bd83',NULL,'29dcb4fd16556aaa',1795876641107,NULL,0);
INSERT INTO "answers" VALUES(7,'2v6iyfeqnahh',101,7,4714,'6euyixhrld2p3utw4g7psqzv','Who won the football match in Ulaanbaatar?','who won the football match in ulaanbaatar','Who won the football match in Ulaanbaatar?','abstention',NULL,'f881b1cf30c3f2f7',0.0027,'29dcb4fd16556aaa',1795876641118,NULL,0);
INSERT INTO "answers" VALUES(8,'nbo6njkhddgv',101,7,NULL,'tvnf6itsyfk3g5uzpqfjn27z','How do I bake bread without an oven?','how do i bake bread without an oven','How do I bake bread without an oven?','suggestions',NULL,'d19fc230608f4694',0.511,'29dcb4fd16556aaa',1795876641133,NULL,0);
INSERT INTO "answers" VALUES(9,'5nn7w6o72u7t',0,7,NULL,'qxkrnjcnk3kfdj7ba7abhfxc','What are open weights?','what are open weights','What are open weights?','answer','basics/openness#open-weights','cca8d693d7293521',0.9996,'29dcb4fd16556aaa',1795876641153,NULL,0);
INSERT INTO "answers" VALUES(10,'t4r5qy2ma3wk',202,7,NULL,'mcq4tvjx3jiz2rcdjh3nllxp','What is copyleft?','what is copyleft','What is copyleft?','answer','basics/licenses#copyleft','dfb3eade0c39904b',0.9998,'29dcb4fd16556aaa',1795876641171,NULL,0);
INSERT INTO "answers" VALUES(11,'e62dlhyvru5k',101,7,NULL,'ttniyfcaa3u2b5jd5hf5euv3','and who made it?','and who made it','who made copyleft','answer','basics/licenses#copyleft','dfb3eade0c39904b',0.898,'29dcb4fd16556aaa',1795876641191,'basics/licenses#copyleft',0);
INSERT INTO "answers" VALUES(12,'4ljbq5kqvbvz',101,7,NULL,'ttniyfcaa3u2b5jd5hf5euv3','which license is it','which license is it','which license is it','answer','basics/licenses#apache-license','5e63ea10120328b4',0.9171,'29dcb4fd16556aaa',1795876641206,NULL,1);
INSERT INTO "answers" VALUES(13,'fc6npwl6oake',101,7,NULL,'6euyixhrld2p3utw4g7psqzv','/topic Apache License','topic apache license',NULL,'lookup','basics/licenses#apache-license','82322094a8181e81',NULL,'29dcb4fd16556aaa',1795876641213,NULL,NULL);
INSERT INTO "answers" VALUES(14,'wbuje7euwrv3',101,7,NULL,NULL,NULL,NULL,NULL,'abstention',NULL,'f881b1cf30c3f2f7',0.0321,'29dcb4fdf87fee18',1795876642032,NULL,0);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	done_at BIGINT NOT NULL, 
	actor_id BIGINT NOT NULL, 
	action VARCHAR(24) NOT NULL, 
	case_number INTEGER, 
	detail TEXT, 
	interaction_id BIGINT, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,101,1795876641612,9001,'approved',7,NULL,512);
INSERT INTO "audit" VALUES(2,101,1795876641636,9001,'dismissed',9,'spam',513);
INSERT INTO "audit" VALUES(3,101,1795876641654,9001,'claimed',1,NULL,514);
INSERT INTO "audit" VALUES(4,101,1795876641672,9002,'noted',1,NULL,515);
INSERT INTO "audit" VALUES(5,101,1795876641694,9001,'resolved',2,'fixed',516);
INSERT INTO "audit" VALUES(6,101,1795876641717,9002,'dismissed',3,'duplicate',517);
INSERT INTO "audit" VALUES(7,101,1795876641734,9001,'resolved',6,'answered',518);
INSERT INTO "audit" VALUES(8,101,1795876641750,9001,'dismissed',4,'other',519);
INSERT INTO "audit" VALUES(9,101,1795876641768,9001,'reopened',4,NULL,520);
INSERT INTO "audit" VALUES(10,101,1795876641788,9001,'reopened',6,NULL,521);
INSERT INTO "audit" VALUES(11,101,1795876641821,9001,'opened',10,NULL,522);
INSERT INTO "audit" VALUES(12,101,1795876641886,9001,'confirmed-phrasing',1,'basics/licenses#apache-license',NULL);
INSERT INTO "audit" VALUES(13,101,1795876641905,9001,'confirmed-phrasing',5,'basics/licenses#apache-license',NULL);
INSERT INTO "audit" VALUES(14,101,1795876641944,9001,'withdrew-phrasing',NULL,'basics/licenses#apache-license',NULL);
INSERT INTO "audit" VALUES(15,101,1795876641948,9001,'changed-setting',NULL,'moderator_roles: none → 31, 32',NULL);
INSERT INTO "audit" VALUES(16,101,1795876641948,9001,'changed-setting',NULL,'review_channel_id: default → 55',NULL);
INSERT INTO "audit" VALUES(17,101,1795876641948,9001,'changed-setting',NULL,'digest: off → weekly',NULL);
INSERT INTO "audit" VALUES(18,101,1795876641948,9001,'changed-setting',NULL,'digest_hour: 9 → 17',NULL);
INSERT INTO "audit" VALUES(19,101,1795876641948,9001,'changed-setting',NULL,'time_zone: UTC → Europe/Paris',NULL);
INSERT INTO "audit" VALUES(20,101,1795876641948,9001,'changed-setting',NULL,'answer_channels: none → 7, 8',NULL);
INSERT INTO "audit" VALUES(21,101,1795876641948,9001,'changed-setting',NULL,'forum_channels: none → 9',NULL);
INSERT INTO "audit" VALUES(22,101,1795876641948,9001,'changed-setting',NULL,'forum_threshold: 0.85 → 0.9',NULL);
INSERT INTO "audit" VALUES(23,101,1795876641948,9001,'changed-setting',NULL,'answer_threshold: default → 0.5',NULL);
INSERT INTO "audit" VALUES(24,101,1795876641948,9001,'changed-setting',NULL,'feedback_days: default → 200',NULL);
INSERT INTO "audit" VALUES(25,202,1795876641989,9001,'changed-setting',NULL,'vote_controls: on → off',NULL);
CREATE TABLE case_notes (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	"case" INTEGER NOT NULL, 
	moderator_id BIGINT NOT NULL, 
	text TEXT, 
	noted_at BIGINT NOT NULL, 
	interaction_id BIGINT, 
	CONSTRAINT pk_case_notes PRIMARY KEY (id), 
	CONSTRAINT uq_case_notes_interaction_id_case UNIQUE (interaction_id, "case"), 
	CONSTRAINT fk_case_notes_case_cases FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
INSERT INTO "case_notes" VALUES(1,101,1,9002,'ask the zoologist',1795876641672,515);
CREATE TABLE case_texts (
	"case" INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_case_texts PRIMARY KEY ("case"), 
	CONSTRAINT fk_case_texts_case_cases FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
INSERT INTO "case_texts" VALUES(1,101,'basics/openness#open-weights
ask the zoologist
what are open weights
| a | table |
=1+1 is grosse
weights one may download, for example.');
INSERT INTO "case_texts" VALUES(2,101,'basics/licenses#copyleft
the giraffe was right
what is copyleft
@everyone line one
line two');
INSERT INTO "case_texts" VALUES(3,101,'basics/licenses#mit-license
like case 1
what does the mit license allow');
INSERT INTO "case_texts" VALUES(4,101,'basics/openness#closed-models
what is a closed model');
INSERT INTO "case_texts" VALUES(5,101,'who won the football match in ulaanbaatar');
INSERT INTO "case_texts" VALUES(6,101,'how do i bake bread without an oven');
INSERT INTO "case_texts" VALUES(7,101,'basics/licenses#apache-license
thank you
a note that helps.');
INSERT INTO "case_texts" VALUES(8,101,'basics/licenses#apache-license
a note that waits.');
INSERT INTO "case_texts" VALUES(9,101,'basics/licenses#apache-license
no
a note that was spam.');
INSERT INTO "case_texts" VALUES(10,101,'basics/licenses#copyleft
and who made it');
CREATE TABLE cases (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	question_key VARCHAR(24), 
	answer INTEGER, 
	section_id TEXT, 
	area TEXT, 
	reason VARCHAR(12), 
	signals INTEGER NOT NULL, 
	opened_at BIGINT NOT NULL, 
	last_signal_at BIGINT NOT NULL, 
	moderator_id BIGINT, 
	claimed_at BIGINT, 
	closed_at BIGINT, 
	resolution VARCHAR(12), 
	dismissal VARCHAR(16), 
	closing_text TEXT, 
	card_channel_id BIGINT, 
	card_message_id BIGINT, 
	card_version INTEGER DEFAULT '0' NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_cases PRIMARY KEY (id), 
	CONSTRAINT uq_cases_guild_id_number UNIQUE (guild_id, number), 
	CONSTRAINT fk_cases_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE SET NULL, 
	CONSTRAINT ck_cases_ck_cases_closed CHECK ((closed_at IS NULL) = (state IN ('open', 'claimed', 'reopened')))
);
INSERT INTO "cases" VALUES(1,101,1,'correction','claimed','wqy65ma6esn6cegehczuklvo',1,'basics/openness#open-weights','basics','unclear',2,1795876641262,1795876641315,9001,1795876641654,NULL,NULL,NULL,NULL,55,6001,1,6);
INSERT INTO "cases" VALUES(2,101,2,'not-helpful','resolved','37h4vrnstma5vbh3m3e7iwfy',2,'basics/licenses#copyleft','basics','outdated',1,1795876641333,1795876641333,9001,NULL,1795876641693,'fixed',NULL,'the giraffe was right',NULL,NULL,4,4);
INSERT INTO "cases" VALUES(3,101,3,'not-helpful','dismissed','bpfw7xmjhwsjivzfdetook5y',3,'basics/licenses#mit-license','basics','incomplete',1,1795876641363,1795876641363,9002,NULL,1795876641717,NULL,'duplicate','like case 1',NULL,NULL,4,4);
INSERT INTO "cases" VALUES(4,101,4,'not-helpful','withdrawn',NULL,4,'basics/openness#closed-models','basics','off-topic',1,1795876641389,1795876641389,NULL,NULL,1795876641872,NULL,NULL,NULL,NULL,NULL,6,6);
INSERT INTO "cases" VALUES(5,101,5,'declined','open','bvh3dw3rxknb6qrowanp344u',7,NULL,NULL,NULL,1,1795876641415,1795876641415,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,3);
INSERT INTO "cases" VALUES(6,101,6,'declined','reopened','3w4ufcx4l7y4syxyxb4ypccg',8,NULL,NULL,NULL,1,1795876641456,1795876641456,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,5,5);
INSERT INTO "cases" VALUES(7,101,7,'note','resolved',NULL,NULL,'basics/licenses#apache-license','basics',NULL,1,1795876641488,1795876641488,9001,NULL,1795876641612,'approved',NULL,'thank you',NULL,NULL,5,5);
INSERT INTO "cases" VALUES(8,101,8,'note','open',NULL,NULL,'basics/licenses#apache-license','basics',NULL,1,1795876641542,1795876641542,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,4,4);
INSERT INTO "cases" VALUES(9,101,9,'note','dismissed',NULL,NULL,'basics/licenses#apache-license','basics',NULL,1,1795876641583,1795876641583,9001,NULL,1795876641635,NULL,'spam','no',NULL,NULL,5,5);
INSERT INTO "cases" VALUES(10,101,10,'review','open','7ukoud2yoxpcha3g54pwixpu',11,'basics/licenses#copyleft','basics',NULL,0,1795876641809,1795876641809,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2,2);
CREATE TABLE community_notes (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	"case" INTEGER NOT NULL, 
	section_id TEXT NOT NULL, 
	member_hash VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	added_at BIGINT NOT NULL, 
	interaction_id BIGINT, 
	CONSTRAINT pk_community_notes PRIMARY KEY (id), 
	CONSTRAINT uq_community_notes_interaction_id UNIQUE (interaction_id), 
	CONSTRAINT fk_community_notes_case_cases FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
INSERT INTO "community_notes" VALUES(1,101,7,'basics/licenses#apache-license','tvnf6itsyfk3g5uzpqfjn27z','A note that helps.',1795876641511,801);
INSERT INTO "community_notes" VALUES(2,101,8,'basics/licenses#apache-license','6euyixhrld2p3utw4g7psqzv','A note that waits.',1795876641569,802);
INSERT INTO "community_notes" VALUES(3,101,9,'basics/licenses#apache-license','ttniyfcaa3u2b5jd5hf5euv3','A note that was spam.',1795876641598,803);
CREATE TABLE facts (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('member-key-check','jw6awzrlsbb5wuu5jfnyipwo');
INSERT INTO "facts" VALUES('deletions-seen','1');
CREATE TABLE guild_settings (
	guild_id BIGINT NOT NULL, 
	vote_controls BOOLEAN DEFAULT 1 NOT NULL, 
	removed_at BIGINT, 
	updated_at BIGINT NOT NULL, moderator_roles TEXT, review_channel_id BIGINT, digest VARCHAR(8) DEFAULT 'off' NOT NULL, digest_hour INTEGER DEFAULT '9' NOT NULL, time_zone VARCHAR(64) DEFAULT 'UTC' NOT NULL, answer_channels TEXT, forum_channels TEXT, forum_threshold FLOAT DEFAULT '0.85' NOT NULL, answer_threshold FLOAT, feedback_days INTEGER, review_paused_until BIGINT, trouble_told_at BIGINT, digest_sent_at BIGINT, 
	CONSTRAINT pk_guild_settings PRIMARY KEY (guild_id)
);
INSERT INTO "guild_settings" VALUES(101,1,NULL,1795876641948,'31 32',55,'weekly',17,'Europe/Paris','7 8','9',0.9,0.5,200,1795880242006,1795876642009,1795876641948);
INSERT INTO "guild_settings" VALUES(202,0,NULL,1795876641989,NULL,NULL,'off',9,'UTC',NULL,NULL,0.85,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "guild_settings" VALUES(303,1,1795876641995,1795876641996,NULL,NULL,'off',9,'UTC',NULL,NULL,0.85,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE hits (
	answer INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	section_id TEXT NOT NULL, 
	score FLOAT NOT NULL, 
	CONSTRAINT pk_hits PRIMARY KEY (answer, rank), 
	CONSTRAINT fk_hits_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE CASCADE
);
INSERT INTO "hits" VALUES(1,1,'basics/openness#open-weights',0.844674);
INSERT INTO "hits" VALUES(1,2,'basics/openness#closed-models',0.375272);
INSERT INTO "hits" VALUES(1,3,'basics/openness#open-source-ai',0.343252);
INSERT INTO "hits" VALUES(1,4,'basics/licenses#copyleft',0.078059);
INSERT INTO "hits" VALUES(1,5,'basics/licenses#apache-license',0.06518);
INSERT INTO "hits" VALUES(1,6,'basics/licenses#mit-license',0.024223);
INSERT INTO "hits" VALUES(1,7,'basics/licenses#installing',0.005491);
INSERT INTO "hits" VALUES(2,1,'basics/licenses#copyleft',0.840429);
INSERT INTO "hits" VALUES(2,2,'basics/openness#open-source-ai',0.112407);
INSERT INTO "hits" VALUES(2,3,'basics/openness#closed-models',0.111548);
INSERT INTO "hits" VALUES(2,4,'basics/licenses#apache-license',0.102508);
INSERT INTO "hits" VALUES(2,5,'basics/openness#open-weights',0.0975);
INSERT INTO "hits" VALUES(2,6,'basics/licenses#mit-license',0.033483);
INSERT INTO "hits" VALUES(2,7,'basics/licenses#installing',0.00594);
INSERT INTO "hits" VALUES(3,1,'basics/licenses#mit-license',0.71581);
INSERT INTO "hits" VALUES(3,2,'basics/licenses#installing',0.107511);
INSERT INTO "hits" VALUES(3,3,'basics/licenses#apache-license',0.093899);
INSERT INTO "hits" VALUES(3,4,'basics/licenses#copyleft',0.089411);
INSERT INTO "hits" VALUES(3,5,'basics/openness#open-weights',0.039866);
INSERT INTO "hits" VALUES(3,6,'basics/openness#open-source-ai',0.022552);
INSERT INTO "hits" VALUES(3,7,'basics/openness#closed-models',0.01611);
INSERT INTO "hits" VALUES(4,1,'basics/openness#closed-models',0.828936);
INSERT INTO "hits" VALUES(4,2,'basics/openness#open-weights',0.164194);
INSERT INTO "hits" VALUES(4,3,'basics/openness#open-source-ai',0.137708);
INSERT INTO "hits" VALUES(4,4,'basics/licenses#apache-license',0.084952);
INSERT INTO "hits" VALUES(4,5,'basics/licenses#copyleft',0.073869);
INSERT INTO "hits" VALUES(4,6,'basics/licenses#mit-license',0.020547);
INSERT INTO "hits" VALUES(4,7,'basics/licenses#installing',0.016551);
INSERT INTO "hits" VALUES(5,1,'basics/licenses#copyleft',0.37812);
INSERT INTO "hits" VALUES(5,2,'basics/openness#open-weights',0.128005);
INSERT INTO "hits" VALUES(5,3,'basics/openness#closed-models',0.071249);
INSERT INTO "hits" VALUES(5,4,'basics/openness#open-source-ai',0.060273);
INSERT INTO "hits" VALUES(5,5,'basics/licenses#apache-license',0.052038);
INSERT INTO "hits" VALUES(5,6,'basics/licenses#mit-license',0.029863);
INSERT INTO "hits" VALUES(5,7,'basics/licenses#installing',0.004902);
INSERT INTO "hits" VALUES(7,1,'basics/licenses#installing',0.123865);
INSERT INTO "hits" VALUES(7,2,'basics/licenses#apache-license',0.097886);
INSERT INTO "hits" VALUES(7,3,'basics/openness#open-source-ai',0.086188);
INSERT INTO "hits" VALUES(7,4,'basics/licenses#mit-license',0.040729);
INSERT INTO "hits" VALUES(7,5,'basics/licenses#copyleft',0.027998);
INSERT INTO "hits" VALUES(7,6,'basics/openness#open-weights',0.02645);
INSERT INTO "hits" VALUES(8,1,'basics/licenses#installing',0.278386);
INSERT INTO "hits" VALUES(8,2,'basics/openness#open-weights',0.136866);
INSERT INTO "hits" VALUES(8,3,'basics/openness#open-source-ai',0.124381);
INSERT INTO "hits" VALUES(8,4,'basics/licenses#copyleft',0.104606);
INSERT INTO "hits" VALUES(8,5,'basics/openness#closed-models',0.067534);
INSERT INTO "hits" VALUES(8,6,'basics/licenses#mit-license',0.067004);
INSERT INTO "hits" VALUES(8,7,'basics/licenses#apache-license',0.01123);
INSERT INTO "hits" VALUES(9,1,'basics/openness#open-weights',0.844674);
INSERT INTO "hits" VALUES(9,2,'basics/openness#closed-models',0.375272);
INSERT INTO "hits" VALUES(9,3,'basics/openness#open-source-ai',0.343252);
INSERT INTO "hits" VALUES(9,4,'basics/licenses#copyleft',0.078059);
INSERT INTO "hits" VALUES(9,5,'basics/licenses#apache-license',0.06518);
INSERT INTO "hits" VALUES(9,6,'basics/licenses#mit-license',0.024223);
INSERT INTO "hits" VALUES(9,7,'basics/licenses#installing',0.005491);
INSERT INTO "hits" VALUES(10,1,'basics/licenses#copyleft',0.840429);
INSERT INTO "hits" VALUES(10,2,'basics/openness#open-source-ai',0.112407);
INSERT INTO "hits" VALUES(10,3,'basics/openness#closed-models',0.111548);
INSERT INTO "hits" VALUES(10,4,'basics/licenses#apache-license',0.102508);
INSERT INTO "hits" VALUES(10,5,'basics/openness#open-weights',0.0975);
INSERT INTO "hits" VALUES(10,6,'basics/licenses#mit-license',0.033483);
INSERT INTO "hits" VALUES(10,7,'basics/licenses#installing',0.00594);
INSERT INTO "hits" VALUES(11,1,'basics/licenses#copyleft',0.712562);
INSERT INTO "hits" VALUES(12,1,'basics/licenses#apache-license',0.370177);
INSERT INTO "hits" VALUES(12,2,'basics/licenses#mit-license',0.235508);
INSERT INTO "hits" VALUES(12,3,'basics/openness#open-source-ai',0.175506);
INSERT INTO "hits" VALUES(12,4,'basics/licenses#copyleft',0.101109);
INSERT INTO "hits" VALUES(12,5,'basics/openness#closed-models',0.089256);
INSERT INTO "hits" VALUES(12,6,'basics/openness#open-weights',0.087672);
INSERT INTO "hits" VALUES(12,7,'basics/licenses#installing',0.061234);
INSERT INTO "hits" VALUES(13,1,'basics/licenses#apache-license',1.0);
INSERT INTO "hits" VALUES(14,1,'basics/licenses#copyleft',0.153204);
INSERT INTO "hits" VALUES(14,2,'basics/licenses#installing',0.148595);
INSERT INTO "hits" VALUES(14,3,'basics/licenses#mit-license',0.132642);
INSERT INTO "hits" VALUES(14,4,'basics/openness#open-source-ai',0.10764);
INSERT INTO "hits" VALUES(14,5,'basics/licenses#apache-license',0.039158);
INSERT INTO "hits" VALUES(14,6,'basics/openness#open-weights',0.037998);
INSERT INTO "hits" VALUES(14,7,'basics/openness#closed-models',0.023121);
CREATE TABLE judgements (
	id INTEGER NOT NULL, 
	answer INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	member_hash VARCHAR(32) NOT NULL, 
	section_id TEXT NOT NULL, 
	judged_at BIGINT NOT NULL, 
	CONSTRAINT pk_judgements PRIMARY KEY (id), 
	CONSTRAINT uq_judgements_answer_member_hash UNIQUE (answer, member_hash), 
	CONSTRAINT fk_judgements_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE CASCADE
);
INSERT INTO "judgements" VALUES(1,7,101,'6euyixhrld2p3utw4g7psqzv','basics/licenses#apache-license',1795876641246);
CREATE TABLE phrasings (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	answer INTEGER, 
	section_id TEXT NOT NULL, 
	text TEXT NOT NULL, 
	moderator_id BIGINT NOT NULL, 
	confirmed_at BIGINT NOT NULL, 
	CONSTRAINT pk_phrasings PRIMARY KEY (id), 
	CONSTRAINT uq_phrasings_guild_id_section_id_text UNIQUE (guild_id, section_id, text), 
	CONSTRAINT fk_phrasings_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE SET NULL
);
INSERT INTO "phrasings" VALUES(2,101,7,'basics/licenses#apache-license','Who won the football match in Ulaanbaatar?',9001,1795876641905);
CREATE TABLE shown_texts (
	digest VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_shown_texts PRIMARY KEY (digest)
);
INSERT INTO "shown_texts" VALUES('cca8d693d7293521','Open weights means that the trained parameters of a model can be downloaded by anyone. The training data and code may stay secret. Gemma and Llama are examples, each under a license of its own.');
INSERT INTO "shown_texts" VALUES('dfb3eade0c39904b','Copyleft demands that changed versions are shared under the same license. The GPL is the best-known copyleft license.');
INSERT INTO "shown_texts" VALUES('c49e01dd2f234f20','The MIT License allows use, modification and sale, as long as the copyright notice is kept. It says nothing about patents.');
INSERT INTO "shown_texts" VALUES('4e2f101236fc0e88','A closed model can only be used through a service of its owner. Nobody outside can look at its weights.');
INSERT INTO "shown_texts" VALUES('1f6afe5b3615bd83','Hello! What would you like to know?');
INSERT INTO "shown_texts" VALUES('f881b1cf30c3f2f7','I don''t know. My knowledge base has nothing close enough to that, and I would rather not guess. Try other words, in English, or ask a moderator: a person can help, and can add what is missing.');
INSERT INTO "shown_texts" VALUES('d19fc230608f4694','I am not sure what you mean. Is it one of these?

Installing
The tools are installed with one command.

Open weights
Open weights means that the trained parameters of a model can be downloaded by anyone.

Open-source AI
Open-source AI is a system that anyone may use, study, modify and share for any purpose.');
INSERT INTO "shown_texts" VALUES('5e63ea10120328b4','The Apache License 2.0 is permissive and grants a patent license. It was published in January 2004 by the Apache Software Foundation.');
INSERT INTO "shown_texts" VALUES('82322094a8181e81','Apache License');
CREATE TABLE signals (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	"case" INTEGER NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	answer INTEGER, 
	vote INTEGER, 
	reason VARCHAR(12), 
	member_hash VARCHAR(32), 
	notify_user_id BIGINT, 
	sent_at BIGINT NOT NULL, 
	withdrawn_at BIGINT, 
	CONSTRAINT pk_signals PRIMARY KEY (id), 
	CONSTRAINT fk_signals_case_cases FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE, 
	CONSTRAINT fk_signals_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE SET NULL, 
	CONSTRAINT fk_signals_vote_votes FOREIGN KEY(vote) REFERENCES votes (id) ON DELETE SET NULL
);
INSERT INTO "signals" VALUES(1,101,1,'correction',1,3,'wrong','ttniyfcaa3u2b5jd5hf5euv3',1001,1795876641262,NULL);
INSERT INTO "signals" VALUES(2,101,1,'not-helpful',1,4,'unclear','tvnf6itsyfk3g5uzpqfjn27z',NULL,1795876641315,NULL);
INSERT INTO "signals" VALUES(3,101,2,'not-helpful',2,5,'outdated','6euyixhrld2p3utw4g7psqzv',NULL,1795876641333,NULL);
INSERT INTO "signals" VALUES(4,101,3,'not-helpful',3,6,'incomplete','tvnf6itsyfk3g5uzpqfjn27z',NULL,1795876641363,NULL);
INSERT INTO "signals" VALUES(5,101,4,'not-helpful',4,NULL,'off-topic',NULL,NULL,1795876641389,1795876641872);
INSERT INTO "signals" VALUES(6,101,5,'declined',7,NULL,NULL,'6euyixhrld2p3utw4g7psqzv',1002,1795876641415,NULL);
INSERT INTO "signals" VALUES(7,101,6,'declined',8,NULL,NULL,'tvnf6itsyfk3g5uzpqfjn27z',1003,1795876641456,NULL);
INSERT INTO "signals" VALUES(8,101,7,'note',NULL,NULL,NULL,'tvnf6itsyfk3g5uzpqfjn27z',1003,1795876641488,NULL);
INSERT INTO "signals" VALUES(9,101,8,'note',NULL,NULL,NULL,'6euyixhrld2p3utw4g7psqzv',NULL,1795876641542,NULL);
INSERT INTO "signals" VALUES(10,101,9,'note',NULL,NULL,NULL,'ttniyfcaa3u2b5jd5hf5euv3',NULL,1795876641583,NULL);
CREATE TABLE votes (
	id INTEGER NOT NULL, 
	answer INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	member_hash VARCHAR(32) NOT NULL, 
	helpful BOOLEAN NOT NULL, 
	reason VARCHAR(12), 
	comment TEXT, 
	correction TEXT, 
	voted_at BIGINT NOT NULL, section_id TEXT, 
	CONSTRAINT pk_votes PRIMARY KEY (id), 
	CONSTRAINT uq_votes_answer_member_hash UNIQUE (answer, member_hash), 
	CONSTRAINT fk_votes_answer_answers FOREIGN KEY(answer) REFERENCES answers (id) ON DELETE CASCADE
);
INSERT INTO "votes" VALUES(1,1,101,'6euyixhrld2p3utw4g7psqzv',1,NULL,NULL,NULL,1795876641220,'basics/openness#open-weights');
INSERT INTO "votes" VALUES(2,13,101,'6euyixhrld2p3utw4g7psqzv',1,NULL,NULL,NULL,1795876641237,'basics/licenses#apache-license');
INSERT INTO "votes" VALUES(3,1,101,'ttniyfcaa3u2b5jd5hf5euv3',0,'wrong','=1+1 is Größe','Weights one may download, for example.',1795876641256,'basics/openness#open-weights');
INSERT INTO "votes" VALUES(4,1,101,'tvnf6itsyfk3g5uzpqfjn27z',0,'unclear','| a | table |',NULL,1795876641310,'basics/openness#open-weights');
INSERT INTO "votes" VALUES(5,2,101,'6euyixhrld2p3utw4g7psqzv',0,'outdated','@everyone line one
line two',NULL,1795876641329,'basics/licenses#copyleft');
INSERT INTO "votes" VALUES(6,3,101,'tvnf6itsyfk3g5uzpqfjn27z',0,'incomplete',NULL,NULL,1795876641358,'basics/licenses#mit-license');
INSERT INTO "votes" VALUES(7,4,101,'ttniyfcaa3u2b5jd5hf5euv3',1,NULL,NULL,NULL,1795876641867,'basics/openness#closed-models');
CREATE INDEX ix_answers_guild_id_member_hash ON answers (guild_id, member_hash);
CREATE INDEX ix_answers_asked_at ON answers (asked_at);
CREATE INDEX ix_votes_guild_id_member_hash ON votes (guild_id, member_hash);
CREATE INDEX ix_judgements_guild_id_member_hash ON judgements (guild_id, member_hash);
CREATE INDEX ix_answers_guild_id_asked_at_outcome ON answers (guild_id, asked_at, outcome);
CREATE INDEX ix_answers_guild_id_message_id ON answers (guild_id, message_id);
CREATE INDEX ix_votes_guild_id_voted_at_helpful_reason_section_id ON votes (guild_id, voted_at, helpful, reason, section_id);
CREATE INDEX ix_cases_guild_id_closed_at_number ON cases (guild_id, closed_at, number);
CREATE INDEX ix_cases_guild_id_state_number ON cases (guild_id, state, number);
CREATE INDEX ix_cases_guild_id_section_id ON cases (guild_id, section_id);
CREATE INDEX ix_cases_answer ON cases (answer);
CREATE INDEX ix_cases_guild_id_opened_at ON cases (guild_id, opened_at);
CREATE UNIQUE INDEX uq_cases_open_question_key ON cases (guild_id, question_key) WHERE closed_at IS NULL;
CREATE INDEX ix_cases_outdated ON cases (guild_id, number) WHERE card_version < version;
CREATE INDEX ix_case_texts_guild_id ON case_texts (guild_id);
CREATE INDEX ix_signals_case ON signals ("case");
CREATE INDEX ix_signals_vote ON signals (vote);
CREATE INDEX ix_signals_answer ON signals (answer);
CREATE INDEX ix_signals_guild_id_member_hash ON signals (guild_id, member_hash);
CREATE INDEX ix_signals_guild_id_reason_case ON signals (guild_id, reason, "case");
CREATE INDEX ix_signals_notify_user_id ON signals (notify_user_id) WHERE notify_user_id IS NOT NULL;
CREATE INDEX ix_case_notes_case ON case_notes ("case");
CREATE INDEX ix_case_notes_moderator_id ON case_notes (moderator_id);
CREATE INDEX ix_community_notes_case ON community_notes ("case");
CREATE INDEX ix_community_notes_guild_id_section_id ON community_notes (guild_id, section_id);
CREATE INDEX ix_community_notes_guild_id_member_hash ON community_notes (guild_id, member_hash);
CREATE INDEX ix_phrasings_answer ON phrasings (answer);
CREATE INDEX ix_audit_guild_id_case_number ON audit (guild_id, case_number);
CREATE UNIQUE INDEX uq_audit_delivery ON audit (guild_id, interaction_id, case_number);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN NOT EXISTS (SELECT 1 FROM guild_settings WHERE guild_id = OLD.guild_id AND removed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
COMMIT;
