(function () {
  function isTyping(element) {
    return /^(input|select|textarea)$/i.test(element.tagName) || element.isContentEditable;
  }
  document.addEventListener("keydown", function (event) {
    var find, create;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "/") {
      find = document.getElementById("find");
      if (find) {
        find.focus();
        event.preventDefault();
      }
    } else if (event.key === "n") {
      create = document.querySelector("a[aria-keyshortcuts='n']");
      if (create) {
        location.href = create.href;
      }
    }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") {
      return;
    }
    if (form.getAttribute("data-sent")) {
      event.preventDefault();
    }
    form.setAttribute("data-sent", "1");
  });
  (function () {
    var making = document.getElementById("making");
    var bar = document.getElementById("making-bar");
    var text = document.getElementById("making-text");
    var stream;
    function goOn() {
      location.href = making.getAttribute("data-href");
    }
    if (!making) {
      return;
    }
    if (!window.EventSource || !making.getAttribute("data-events")) {
      setTimeout(goOn, 2000);
      return;
    }
    stream = new EventSource(making.getAttribute("data-events"));
    stream.onmessage = function (event) {
      var state = JSON.parse(event.data);
      bar.value = state.percent;
      text.textContent = state.text;
      if (state.href) {
        stream.close();
        goOn();
      }
    };
    stream.onerror = function () {
      stream.close();
      setTimeout(goOn, 2000);
    };
  }());
  (function () {
    var live = document.getElementById("live");
    var isLoading = false;
    var stream;
    function refresh() {
      var request = new XMLHttpRequest();
      // Nobody's finger or focus is taken away.
      if (isLoading || document.hidden || live.contains(document.activeElement)) {
        return;
      }
      isLoading = true;
      request.open("GET", live.getAttribute("data-href"));
      request.responseType = "document";
      request.onloadend = function () {
        var fresh = request.response && request.response.getElementById("live");
        isLoading = false;
        if (request.status === 200 && fresh) {
          live.innerHTML = fresh.innerHTML;
        }
      };
      request.send();
    }
    if (!live || !live.getAttribute("data-events")) {
      return;
    }
    setInterval(refresh, 30000);
    document.addEventListener("visibilitychange", refresh);
    if (window.EventSource) {
      stream = new EventSource(live.getAttribute("data-events"));
      stream.onmessage = refresh;
    }
  }());
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.forms, function (form) {
      form.removeAttribute("data-sent");
    });
  });
}());
