import type { SubscriptionContext } from '../shared/subscriptions/followed-row.js';
import { Scope } from '../shared/tenancy/scope.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { AnalysisResultStore } from './analysis-result/analysis-result.store.js';
import { ChatFileStore } from './chat-file/chat-file.store.js';
import { ChatSessionStarStore } from './chat-session-star/chat-session-star.store.js';
import { ChatSessionStore } from './chat-session/chat-session.store.js';
import { ChatTurnStore } from './chat-turn/chat-turn.store.js';
import { Prisma, type PrismaClient } from './generated/prisma/client.js';
import { Visibility } from './visibility.js';

/** The stores of one request. Their loaders cache the rows that this request has read. */
export interface ChatStores {
  chatSessions: ChatSessionStore;
  chatSessionStars: ChatSessionStarStore;
  chatTurns: ChatTurnStore;
  chatFiles: ChatFileStore;
  analysisResults: AnalysisResultStore;
}

/** The context of resolvers: the stores, and the functions for subscriptions that the server adds. */
export type ChatContext = ChatStores & SubscriptionContext;

export function createContext(client: PrismaClient, viewer: Viewer | null): ChatStores {
  const scope = new Scope(client, Prisma, viewer);
  const visibility = new Visibility(scope);
  const chatSessions = new ChatSessionStore(scope, visibility);
  const chatSessionStars = new ChatSessionStarStore(scope, chatSessions);
  const chatTurns = new ChatTurnStore(scope, visibility, chatSessions);
  const chatFiles = new ChatFileStore(scope, visibility, chatSessions);
  const analysisResults = new AnalysisResultStore(scope, visibility, chatSessions);
  return { chatSessions, chatSessionStars, chatTurns, chatFiles, analysisResults };
}
