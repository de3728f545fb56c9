// @ts-check

/**
 * A contestant that publishes each message when the one before is stored, as a loop with `await` does.
 *
 * @param {import("./contestant.mjs").Contestant} contestant
 * @returns {import("./contestant.mjs").Contestant}
 */
export const oneByOne = ({ open, ...contestant }) => ({
  ...contestant,
  async open(channel) {
    const session = await open(channel);
    /** @type {Promise<unknown>} */
    let last = Promise.resolve();
    return {
      ...session,
      publish(message) {
        last = last.then(() => session.publish(message));
        return last;
      },
    };
  },
});
