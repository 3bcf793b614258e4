// A product's picture that can't be had leaves its place to the icon behind it.

function drop(picture) {
  picture.hidden = true;
}

export function dropBrokenPictures() {
  document.addEventListener(
    "error",
    ({ target }) => {
      if (target instanceof HTMLImageElement) drop(target);
    },
    true,
  );
  // Some have failed before this script ran.
  for (const picture of document.images) {
    if (picture.complete && picture.naturalWidth === 0) drop(picture);
  }
}
