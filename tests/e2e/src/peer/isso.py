# Isso as any WSGI server may serve it, on a port that the system gives: `isso run` takes none such.
import sys

from isso import config, make_app
from werkzeug.serving import make_server

conf = config.load(config.default_file(), sys.argv[1])
server = make_server("127.0.0.1", 0, make_app(conf), threaded=True)
print(f"serves http://127.0.0.1:{server.port}", flush=True)
server.serve_forever()
