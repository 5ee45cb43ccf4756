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
import { unknownSession, type ChatSessionStore } from '../chat-session/chat-session.store.js';
import type {
  ChatFileCreateInput,
  ChatFileFilter,
  ChatFileFinishInput,
  ChatFileOrderField,
  ChatFileUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type ChatFile, type PrismaClient } from '../generated/prisma/client.js';
import { deleteFiles, keepContent } from '../stored-content/stored-content.store.js';
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

/** Tells bytes that are no UTF-8 by an error; a byte order mark is part of the text. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const unknownFile = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no chat file with this id.');

interface FileContent {
  id: string;
  bytes: Uint8Array;
}

export class ChatFileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #sessions: ChatSessionStore;
  readonly #byId: RowLoader<ChatFileRow>;
  readonly #contentOf: RowLoader<FileContent>;
  readonly #pages: Pages<ChatFileRow, ChatFileFilter, ChatFileOrderField>;

  constructor(scope: Scope<PrismaClient>, visibility: Visibility, sessions: ChatSessionStore) {
    this.#scope = scope;
    this.#sessions = sessions;
    this.#byId = new RowLoader(
      (ids) => scope.db.chatFile.findMany({ where: { id: { in: ids }, ...visibility.file.where } }),
      (row) => row.id,
    );
    const { table } = definition(visibility);
    this.#contentOf = new RowLoader(
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

  /** The files that the dataset was made of. */
  ofDataset(datasetId: string, args: ChatFileArguments): ChatFilePage {
    return this.#pages.of({ field: 'datasetId', id: datasetId }, args);
  }

  /** The file's content; null where its bytes are no text. It never changes, so no mutation forgets it. */
  async textOf(id: string): Promise<string | null> {
    const content = await this.#contentOf.load(id);
    try {
      return content && utf8.decode(content.bytes);
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
        if (!(await this.#sessions.touch(transaction, sessionId))) throw unknownSession('sessionId');
        const sha256 = await keepContent(transaction, orgId, bytes);
        await transaction.chatFile.create({ data: { ...data, id, sha256 } });
      }),
    );
    return this.byId(id);
  }

  async update(input: ChatFileUpdateInput): Promise<ChatFileRow | null> {
    refuseIf(updateProblems(input));
    const { id, filename, datasetId } = input;
    const { mimeType, sessionId } = await this.#existing(id);
    const name = filename == null ? {} : { filename, fileType: fileTypeOf(filename, mimeType) };
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#hold(transaction, sessionId);
      const { count } = await transaction.chatFile.updateMany({ where: { id }, data: { ...name, datasetId } });
      if (count === 0) throw unknownFile();
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Only an UPLOADED file is changed, while its session is held: of two that have read it at once the second is refused. */
  async finish(input: ChatFileFinishInput): Promise<ChatFileRow | null> {
    refuseIf(finishProblems(input));
    const { id, outcome, metadata, error } = input;
    const { sessionId } = await this.#existing(id);
    const data = { status: outcome, metadata: metadata ?? undefined, error };
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#hold(transaction, sessionId);
      const { count } = await transaction.chatFile.updateMany({ where: { id, status: 'UPLOADED' }, data });
      if (count === 0) throw refusal('CONFLICT', ['input', 'id'], 'This file has been read already.');
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Holds the session, so that no result is linked to the file while it goes. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { sessionId } = await this.#existing(id);
    await this.#scope.db.$transaction(async (transaction) => {
      await this.#hold(transaction, sessionId);
      const results = await transaction.analysisResult.count({ where: { fileId: id } });
      if (results > 0) throw refusal('IN_USE', ['input', 'id'], 'Analysis results come from this file.');
      if ((await deleteFiles(transaction, { id })) === 0) throw unknownFile();
    });
    this.#byId.clear(id);
    return id;
  }

  /** Holds the session that the file is in, where it is in one. */
  async #hold(transaction: ScopedClient<PrismaClient>, sessionId: string | null): Promise<void> {
    if (sessionId !== null && !(await this.#sessions.touch(transaction, sessionId))) throw unknownFile();
  }

  async #existing(id: string): Promise<ChatFileRow> {
    const file = await this.byId(id);
    if (!file) throw unknownFile();
    return file;
  }
}

const contentStatement = (rows: Sql, visibility: Visibility, ids: string[]): Sql => sql`
  SELECT row.id, content.bytes
  FROM ${rows} AS row JOIN stored_contents AS content ON content.org_id = row.org_id AND content.sha256 = row.sha256
  WHERE row.id = ANY(${ids}::uuid[]) AND ${visibility.file.condition}`;
