/** What the bosun knows. */

interface Lore {
  readonly about: RegExp;
  readonly answer: string;
}

const lore: readonly Lore[] = [
  {
    about: /\bbowline\b|\bloop\b/i,
    answer: `The bowline makes a fixed loop that won't slip under load, and comes undone with one push of the thumb when the load is off. It is the knot to know if you know only one.

1. Lay a small loop in the standing part, the way you would begin the figure six.
2. Bring the end up through that loop, as the rabbit comes out of its hole.
3. Pass it behind the standing part: the rabbit goes around the tree.
4. Lead it back down through the small loop, and the rabbit is home again.
5. Hold end and big loop together, and pull the standing part to set it.

Leave a tail of at least a hand's width. A bowline that is shaken without load can work loose, so where it will flap in the wind all night, tuck the tail once more around the leg of the loop beside it. Use it for sheets on the jib, for a mooring line over a post, and for anything you would like to untie again tomorrow.`,
  },
  {
    about: /\breef|\btoo much wind|\bheel/i,
    answer: `The old rule is the good one: reef when you first think of it. A boat that heels past twenty degrees goes sideways as much as forwards, and everything you do on deck takes twice as long.

1. Ease the main until it luffs along its front edge, and keep the jib drawing so that she steers.
2. Slacken the halyard to its mark, and hook the reefing tack at the mast.
3. Haul the halyard tight again, until a crease runs up the luff.
4. Winch in the clew line hard: the new foot of the sail should be flat as a board.
5. Trim the main, and only then tidy what hangs down, with ties that hold the sail's weight and nothing else.

Shake the reef out in the reverse order, and not before the wind has been quiet for a while. It costs half a knot to be reefed too early. It costs a sail, or a shoulder, to be reefed too late.`,
  },
  {
    about: /\bjib|\bfurl|\bgenoa|\bheadsail/i,
    answer: `A jib that shakes tells you something: look at its telltales, the little threads on both sides of the luff, before you touch a rope.

1. If the windward thread dances, the sail is out too far, or you are pointing too high. Sheet in, or bear away.
2. If the leeward one dances, the sail is stalled. Ease the sheet a hand's width, and wait for three waves.
3. If the upper threads lift before the lower ones, move the sheet's car forward. If the lower ones lift first, move it aft.
4. When all of them stream together, mark the sheet with a bit of thread. You have found your setting for this wind.

Mind the slot between jib and main as well. When the main's front edge goes soft although it is sheeted in, the jib is throwing its wind there: ease it a little, and both sails pull again.`,
  },
  {
    about: /\bcleat|\bmoor|\bdock|\bhitch/i,
    answer: `A line on a cleat should hold a ship in a storm, and come off in one hand when it must. More turns don't make it safer; they only make it slower.

1. Lead the line to the far horn first, so that it takes its turn around the base before anything crosses.
2. Make one full turn around the base. That turn carries the load.
3. Cross over the top in a figure of eight, once, or twice if the rope is slippery.
4. Finish with a single hitch: twist the loop so that the end lies beside the last crossing, parallel to it, and pull it snug.

If the end comes out square to the crossing, the twist went the wrong way: take it off and turn it the other way round. Coil what is left with the clock and hang it up. And never stand in the bight while you do it.`,
  },
];

const FALLBACK = `That one isn't in my log, so I'll tell you what holds for nearly everything aboard.

1. Look at what the rope wants to do before you pull it. It is usually right.
2. Lead it so that the load does the work: around a post, over a horn, behind itself.
3. Set each knot by hand before you trust it with weight.
4. Ask who will have to undo it, in the dark, with cold fingers. If it is you, tie it accordingly.

Ask me of bowlines, of reefing, of a jib that shakes or of a line on a cleat, and I can be of more use to you.`;

/** What the page proposes to ask. */
export const suggestions = [
  "How do I tie a bowline?",
  "When should I take a reef?",
  "Why does my jib keep shaking?",
  "How do I make a line fast to a cleat?",
] as const;

/** The answer to a question. */
export const lookUp = (question: string): string =>
  lore.find(({ about }) => about.test(question))?.answer ?? FALLBACK;
