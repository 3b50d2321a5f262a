import { arg, definePlugin, question, z } from '#kit';

/** The smallest plugin: one question that says back what it was told. */
export default definePlugin({
  name: 'echo',
  about: { en: 'Says back what it is told', fr: 'Répète ce qu’on lui dit' },
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'echo',
      about: { en: 'Say it back', fr: 'Répéter' },
      permission: 'echo.use',
      needs: [],
      args: { text: arg.text({ about: { en: 'what to say back', fr: 'quoi répéter' } }) },
      examples: ['echo hello'],
      answer: ({ args }) => ({ tone: 'info', title: args.text }),
    }),
  ],
});
