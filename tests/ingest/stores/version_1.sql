BEGIN TRANSACTION;
CREATE TABLE answers (
	id VARCHAR NOT NULL, 
	created VARCHAR NOT NULL, 
	body JSON NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "answers" VALUES('ans_1','2026-11-26T10:00:00+00:00','{"id": "ans_1", "question": "q", "claims": [{"text": "The hold uncertainty after CTS is 20 ps.", "citations": [{"id": "hold~hnsqcnx4ej", "document": {"id": "hold", "revision": "efdf97a64ab2ba60"}, "start": 36, "end": 76, "exact": "The hold uncertainty after CTS is 20 ps."}]}], "withheld": [{"text": "x", "citations": [{"id": "hold~x4ya9ffxd1", "document": {"id": "hold"}}, {"id": "hold~hnsqcnx4ej", "document": {"id": "hold"}}]}]}');
CREATE TABLE documents (
	id VARCHAR NOT NULL, 
	collection VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	uri VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	media_type VARCHAR NOT NULL, 
	metadata JSON NOT NULL, 
	current_revision VARCHAR NOT NULL, 
	source_sha256 VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	added_at VARCHAR NOT NULL, 
	updated_at VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source_sha256) REFERENCES sources (sha256)
);
INSERT INTO "documents" VALUES('hold','default','Hold checks','hold.md','/docs/hold.md','text/markdown','{}','67fbeb78e8defeda','cb4add05d0cd73ad3d22f9f5aa8da017f47d3e5c210dc15f2912b1b0aed2aef0','1bc7d5649685581a592d34dec89db14802c1c202a05d01ea722f3fb23b2f4c9d','current','2026-11-26T19:20:45+00:00','2026-11-26T19:20:48+00:00');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema_version',1);
INSERT INTO "meta" VALUES('generation',2);
CREATE TABLE passages (
	id VARCHAR NOT NULL, 
	first_generation INTEGER NOT NULL, 
	last_generation INTEGER, 
	collection VARCHAR NOT NULL, 
	document_id VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	section TEXT NOT NULL, 
	text TEXT NOT NULL, 
	vector_key VARCHAR NOT NULL, 
	PRIMARY KEY (id, first_generation), 
	FOREIGN KEY(document_id) REFERENCES documents (id)
);
INSERT INTO "passages" VALUES('hold@9473vnwg9x',1,1,'default','hold','efdf97a64ab2ba60',13,76,'["Hold checks"]','Some words come first. The hold uncertainty after CTS is 20 ps.','e1a5bd0bc13044b6d265187e866d197ea117c8039f97a2bc79676829d5441b5a');
INSERT INTO "passages" VALUES('hold@43b62wnkvg',2,NULL,'default','hold','67fbeb78e8defeda',13,76,'["Hold checks"]','Some words come first. The hold uncertainty after CTS is 15 ps.','b765476cbe65c6347ecad7eb1db4538171a2aa3d3e94597413529d5b971b43bc');
CREATE TABLE revisions (
	document_id VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	layout BLOB NOT NULL, 
	source_sha256 VARCHAR NOT NULL, 
	first_generation INTEGER NOT NULL, 
	PRIMARY KEY (document_id, revision), 
	FOREIGN KEY(document_id) REFERENCES documents (id), 
	FOREIGN KEY(source_sha256) REFERENCES sources (sha256)
);
INSERT INTO "revisions" VALUES('hold','efdf97a64ab2ba60','Hold checks

Some words come first. The hold uncertainty after CTS is 20 ps.',X'785EAB564ACAC94FCE2E56B252888E36D0513034D45150CA484D4CC9CC4B57D2518856F2C8CF495148CE4805A989D551484BCC294E05D2D186C63A0AE66640C505894589E945890519B89503D52B95E717A5806D89AD0500EE692369','35925e704f7e1cb486cf8205f30202278a11fa336a8dec2e9b8cdcade8520f28',1);
INSERT INTO "revisions" VALUES('hold','67fbeb78e8defeda','Hold checks

Some words come first. The hold uncertainty after CTS is 15 ps.',X'785EAB564ACAC94FCE2E56B252888E36D0513034D45150CA484D4CC9CC4B57D2518856F2C8CF495148CE4805A989D551484BCC294E05D2D186C63A0AE66640C505894589E945890519B89503D52B95E717A5806D89AD0500EE692369','cb4add05d0cd73ad3d22f9f5aa8da017f47d3e5c210dc15f2912b1b0aed2aef0',2);
CREATE TABLE sources (
	sha256 VARCHAR NOT NULL, 
	media_type VARCHAR NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "sources" VALUES('35925e704f7e1cb486cf8205f30202278a11fa336a8dec2e9b8cdcade8520f28','text/markdown',X'2320486F6C6420636865636B730A0A536F6D6520776F72647320636F6D652066697273742E2054686520686F6C6420756E6365727461696E7479206166746572204354532069732032302070732E0A');
INSERT INTO "sources" VALUES('cb4add05d0cd73ad3d22f9f5aa8da017f47d3e5c210dc15f2912b1b0aed2aef0','text/markdown',X'2320486F6C6420636865636B730A0A536F6D6520776F72647320636F6D652066697273742E2054686520686F6C6420756E6365727461696E7479206166746572204354532069732031352070732E0A');
CREATE TABLE spans (
	document_id VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	start INTEGER NOT NULL, 
	first_generation INTEGER NOT NULL, 
	last_generation INTEGER, 
	id VARCHAR NOT NULL, 
	"end" INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	section TEXT NOT NULL, 
	header_start INTEGER, 
	header_end INTEGER, 
	boxes TEXT NOT NULL, 
	PRIMARY KEY (document_id, revision, start, first_generation), 
	FOREIGN KEY(document_id) REFERENCES documents (id)
)
 WITHOUT ROWID

;
INSERT INTO "spans" VALUES('hold','67fbeb78e8defeda',13,2,NULL,'hold~x4ya9ffxd1',35,'sentence','["Hold checks"]',NULL,NULL,'');
INSERT INTO "spans" VALUES('hold','67fbeb78e8defeda',36,2,NULL,'hold~xryhghgph5',76,'sentence','["Hold checks"]',NULL,NULL,'');
INSERT INTO "spans" VALUES('hold','efdf97a64ab2ba60',13,1,1,'hold~x4ya9ffxd1',35,'sentence','["Hold checks"]',NULL,NULL,'');
INSERT INTO "spans" VALUES('hold','efdf97a64ab2ba60',36,1,1,'hold~hnsqcnx4ej',76,'sentence','["Hold checks"]',NULL,NULL,'');
CREATE TABLE vectors (
	"key" VARCHAR NOT NULL, 
	embedder VARCHAR NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY ("key", embedder)
);
INSERT INTO "vectors" VALUES('e1a5bd0bc13044b6d265187e866d197ea117c8039f97a2bc79676829d5441b5a','tiny',X'0000803F0000803F');
INSERT INTO "vectors" VALUES('b765476cbe65c6347ecad7eb1db4538171a2aa3d3e94597413529d5b971b43bc','tiny',X'0000803F0000803F');
CREATE INDEX ix_documents_collection ON documents (collection);
CREATE INDEX ix_documents_source_sha256 ON documents (source_sha256);
CREATE INDEX ix_documents_path ON documents (path);
CREATE INDEX ix_spans_id ON spans (id);
CREATE INDEX ix_passages_document_id ON passages (document_id);
CREATE INDEX passages_by_collection ON passages (collection, id);
COMMIT;
