-- AlterTable
ALTER TABLE "chat_sessions" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0;

-- What the .prisma files cannot say.

CREATE FUNCTION "count_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."revision" := OLD."revision" + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER "chat_sessions_count_revision" BEFORE UPDATE ON "chat_sessions"
  FOR EACH ROW EXECUTE FUNCTION "count_revision"();

-- Told when the transaction is committed, and not at all where it is not: subgraphs/shared/subscriptions/changes.ts.
-- Whatever changes the row, a statement of a store or a delete that cascades to it, no one has to think of telling it.
CREATE FUNCTION "tell_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('row_changes', concat_ws(' ', TG_TABLE_NAME, OLD."org_id", OLD."id"));
  RETURN NULL;
END
$$;

CREATE TRIGGER "chat_sessions_tell_change" AFTER UPDATE OR DELETE ON "chat_sessions"
  FOR EACH ROW EXECUTE FUNCTION "tell_change"();
