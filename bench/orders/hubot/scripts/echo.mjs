/** The same work as the plugin `echo`. */
export default (robot) => {
  robot.respond(/echo (.*)/i, (response) => response.send(response.match[1]));
};
