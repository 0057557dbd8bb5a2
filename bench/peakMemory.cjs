'use strict';
// Says at its end how much memory a process held at most.
process.on('exit', () => {
  console.error(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
});
