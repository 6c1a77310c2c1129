package io.github.livededup.examples.httpface.http;

/** The codes that are given. */
final class Status {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int NO_CONTENT = 204;
    static final int PARTIAL_CONTENT = 206;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int LENGTH_REQUIRED = 411;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int INTERNAL_ERROR = 500;
    static final int UNAVAILABLE = 503;
    static final int INSUFFICIENT_STORAGE = 507;

    private Status() {}
}
