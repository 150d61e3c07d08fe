// A SharedWorker that never answers: its clients wait until they give up.
