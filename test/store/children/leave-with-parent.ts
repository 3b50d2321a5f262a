/** Ends this process when the test that started it ends in any way: its end of the pipe is closed then. */
process.stdin.resume().on('end', () => process.exit(1));
process.stdin.unref();
