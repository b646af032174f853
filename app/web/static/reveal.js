// Brings the cited span into view, where the address does not name it already.
"use strict";

if (!location.hash) document.getElementById("span")?.scrollIntoView({ block: "center" });
