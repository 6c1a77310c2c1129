package io.github.livededup.examples.nbdserver.protocol;

/** The numbers that messages begin with. */
public final class Magic {
    /** What the server says first: "NBDMAGIC". */
    public static final long GREETING = 0x4e42444d41474943L;
    /** What says that options follow, and begins each of them: "IHAVEOPT". */
    public static final long OPTION = 0x49484156454f5054L;
    /** Begins the reply to an option. */
    public static final long OPTION_REPLY = 0x0003e889045565a9L;
    /** Begins a request. */
    public static final int REQUEST = 0x25609513;
    /** Begins a simple reply. */
    public static final int SIMPLE_REPLY = 0x67446698;
    /** Begins a chunk of a structured reply. */
    public static final int STRUCTURED_REPLY = 0x668e33ef;

    private Magic() {}
}
