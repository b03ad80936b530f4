/** The version of Shoal, as its processes say it. Equal to package.json's, which a test holds it to: a bundle has no package.json. */
export const VERSION = '0.1.0'
