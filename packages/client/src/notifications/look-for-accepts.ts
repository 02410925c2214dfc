/**
 * What the worker says to a page that it brings to the front: look whether an accept was left for
 * you. It holds no call and permits nothing; whoever else said it would have a page look in vain.
 */
export const lookForAccepts = "ringfence-look-for-accepts";
