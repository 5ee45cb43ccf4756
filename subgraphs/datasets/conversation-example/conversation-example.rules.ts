import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ConversationExampleUpdateInput } from '../generated/graphql.js';
import { listProblems, type ExampleRules } from '../training-example/training-example.rules.js';

/** The content of a conversation example: the fields that are not columns of the table. */
export interface ConversationExampleContent {
  userQuery: string;
  aiResponse: string;
  context: object;
  suggestions: string[];
}

export const conversationExample: ExampleRules<ConversationExampleUpdateInput> = {
  kind: 'CONVERSATION',
  entity: 'conversationExample',
  problems: ({ userQuery, aiResponse, context, suggestions }) => [
    ...textProblems(['input', 'userQuery'], userQuery, { max: 100_000 }),
    ...textProblems(['input', 'aiResponse'], aiResponse, { max: 100_000 }),
    ...objectProblems(['input', 'context'], context),
    ...listProblems(['input', 'suggestions'], suggestions),
  ],
  fieldsAfter: ({ userQuery, aiResponse, context, suggestions }, before) => ({
    userQuery: userQuery ?? before.userQuery,
    aiResponse: aiResponse ?? before.aiResponse,
    context: context ?? before.context ?? {},
    suggestions: suggestions ?? before.suggestions ?? [],
  }),
};
