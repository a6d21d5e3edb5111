(function () {
  var enter = document.getElementById("enter");
  if (enter) {
    enter.submit();
    return;
  }
  var wait = document.getElementById("wait");
  var href = wait && wait.getAttribute("data-poll");
  if (!href || !window.XMLHttpRequest || !window.JSON) {
    setTimeout(function () { location.reload(); }, 4000);
    return;
  }
  var state = wait.getAttribute("data-state");
  var pause = 700;
  var longest = Number(wait.getAttribute("data-pause")) || 8000;
  function later() {
    setTimeout(ask, pause);
    pause = Math.min(pause * 1.3, longest);
  }
  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", href, true);
    request.timeout = 10000;
    request.onreadystatechange = function () {
      var answer = null;
      if (request.readyState !== 4) {
        return;
      }
      try {
        answer = JSON.parse(request.responseText);
      } catch (ignored) {
        answer = null;
      }
      if (request.status === 200 && answer && answer.href && answer.state !== state) {
        location.replace(answer.href);
      } else {
        later();
      }
    };
    request.send();
  }
  later();
}());
