import { idempotently } from '../../shared/idempotency/idempotency.js';
import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { contains, equals, oneOf } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { sessionNotFound, type ChatSessionStore } from '../chat-session/chat-session.store.js';
import type {
  ChatFileCreateInput,
  ChatFileFilter,
  ChatFileFinishInput,
  ChatFileOrderField,
  ChatFileUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type ChatFile, type PrismaClient } from '../generated/prisma/client.js';
import { deleteFiles, storeContent } from '../stored-content/stored-content.store.js';
import type { Visibility } from '../visibility.js';
import { createProblems, fileTypeOf, finishProblems, updateProblems } from './chat-file.rules.js';

export type ChatFileRow = ChatFile;
export type ChatFilePage = Connection<ChatFileRow>;
export type ChatFileArguments = ConnectionArguments<ChatFileFilter, ChatFileOrderField>;

const definition = (visibility: Visibility): ConnectionDefinition<ChatFileRow, ChatFileFilter, ChatFileOrderField> => ({
  table: tableOf('chat_files', Prisma.ChatFileScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    FILENAME: { field: 'filename', type: 'text' },
    BYTE_SIZE: { field: 'byteSize', type: 'int8' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    visibility.file.condition,
    equals('fileType', filter.fileType, '"ChatFileType"'),
    oneOf('status', filter.statuses, '"ChatFileStatus"'),
    contains('filename', filter.filenameContains),
    filter.hasSession == null ? null : sql`(row.session_id IS NOT NULL) = ${filter.hasSession}::bool`,
  ],
});

/** Throws a TypeError for bytes that are not UTF-8. Keeps a byte order mark as part of the text. */
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const fileNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No chat file with this id is visible to you.');

interface FileContent {
  id: string;
  bytes: Uint8Array;
}

export class ChatFileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #sessions: ChatSessionStore;
  readonly #byId: RowLoader<ChatFileRow>;
  readonly #contents: RowLoader<FileContent>;
  readonly #pages: Pages<ChatFileRow, ChatFileFilter, ChatFileOrderField>;

  constructor(scope: Scope<PrismaClient>, visibility: Visibility, sessions: ChatSessionStore) {
    this.#scope = scope;
    this.#sessions = sessions;
    this.#byId = new RowLoader(
      (ids) => scope.db.chatFile.findMany({ where: { id: { in: ids }, ...visibility.file.where } }),
      (row) => row.id,
    );
    const { table } = definition(visibility);
    this.#contents = new RowLoader(
      (ids) => scope.query(table, (rows) => contentStatement(rows, visibility, ids)),
      (content) => content.id,
    );
    this.#pages = new Pages(scope, definition(visibility));
  }

  byId(id: string | null): Promise<ChatFileRow | null> {
    return this.#byId.load(id);
  }

  page(args: ChatFileArguments): ChatFilePage {
    return this.#pages.all(args);
  }

  ofSession(sessionId: string, args: ChatFileArguments): ChatFilePage {
    return this.#pages.of({ field: 'sessionId', id: sessionId }, args);
  }

  ofDataset(datasetId: string, args: ChatFileArguments): ChatFilePage {
    return this.#pages.of({ field: 'datasetId', id: datasetId }, args);
  }

  /** Returns the content as text, null if it is not UTF-8. Contents never change, so no mutation clears them from the loader. */
  async textOf(id: string): Promise<string | null> {
    const content = await this.#contents.load(id);
    try {
      return content && utf8Decoder.decode(content.bytes);
    } catch {
      return null;
    }
  }

  async create(input: ChatFileCreateInput): Promise<ChatFileRow | null> {
    refuseIf(createProblems(input));
    const { sessionId, filename, mimeType, text } = input;
    const { viewer } = this.#scope;
    const { organizationId: orgId, userId: uploaderId } = viewer;
    const bytes = new TextEncoder().encode(text);
    const data = { orgId, sessionId, filename, mimeType, fileType: fileTypeOf(filename, mimeType), byteSize: bytes.length, uploaderId };
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'chatFileCreate', input, async (id) => {
        if (!(await this.#sessions.touch(transaction, sessionId))) throw sessionNotFound('sessionId');
        const sha256 = await storeContent(transaction, orgId, bytes);
        await transaction.chatFile.create({ data: { ...data, id, sha256 } });
      }),
    );
    return this.byId(id);
  }

  async update(input: ChatFileUpdateInput): Promise<ChatFileRow | null> {
    refuseIf(updateProblems(input));
    const { id, filename, datasetId } = input;
    const { mimeType, sessionId } = await this.#byIdOrRefuse(id);
    const name = filename == null ? {} : { filename, fileType: fileTypeOf(filename, mimeType) };
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#touchSession(transaction, sessionId);
      const { count } = await transaction.chatFile.updateMany({ where: { id }, data: { ...name, datasetId } });
      if (count === 0) throw fileNotFound();
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Updates the file only while it is UPLOADED, so that of two simultaneous requests the second is refused. */
  async finish(input: ChatFileFinishInput): Promise<ChatFileRow | null> {
    refuseIf(finishProblems(input));
    const { id, outcome, metadata, error } = input;
    const { sessionId } = await this.#byIdOrRefuse(id);
    const data = { status: outcome, metadata: metadata ?? undefined, error };
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#touchSession(transaction, sessionId);
      const { count } = await transaction.chatFile.updateMany({ where: { id, status: 'UPLOADED' }, data });
      if (count === 0)
        throw refusal('CONFLICT', ['input', 'id'], 'The outcome of reading this file is already recorded. Each file is read once.');
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Locks the session's row first, so that no new result can refer to the file before it is deleted. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { sessionId } = await this.#byIdOrRefuse(id);
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#touchSession(transaction, sessionId);
      const results = await transaction.analysisResult.count({ where: { fileId: id } });
      if (results > 0) throw refusal('IN_USE', ['input', 'id'], `Analysis results refer to this file (${results}). Delete them first.`);
      if ((await deleteFiles(transaction, { id })) === 0) throw fileNotFound();
    });
    this.#byId.clear(id);
    return id;
  }

  /** Locks the row of the file's session, if it has one. Refuses with NOT_FOUND if the session is no longer visible. */
  async #touchSession(transaction: ScopedClient<PrismaClient>, sessionId: string | null): Promise<void> {
    if (sessionId !== null && !(await this.#sessions.touch(transaction, sessionId))) throw fileNotFound();
  }

  async #byIdOrRefuse(id: string): Promise<ChatFileRow> {
    const file = await this.byId(id);
    if (!file) throw fileNotFound();
    return file;
  }
}

const contentStatement = (rows: Sql, visibility: Visibility, ids: string[]): Sql => sql`
  SELECT row.id, content.bytes
  FROM ${rows} AS row JOIN stored_contents AS content ON content.org_id = row.org_id AND content.sha256 = row.sha256
  WHERE row.id = ANY(${ids}::uuid[]) AND ${visibility.file.condition}`;
