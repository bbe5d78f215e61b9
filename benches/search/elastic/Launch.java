import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Loads the server with the Elasticsearch 7.0 that a jar of another project carries beside a Lucene that is three
 * releases younger, and bridges the two places where these do not fit.
 *
 * java -cp CLASSES Launch CLASSES JAR FOLDER
 */
public final class Launch {
    public static void main(String[] arguments) throws Exception {
        URL[] places = {new File(arguments[0]).toURI().toURL(), new File(arguments[1]).toURI().toURL()};
        ClassLoader loader = new Mending(places);
        Thread.currentThread().setContextClassLoader(loader);
        Class<?> server = loader.loadClass("Server");
        server.getMethod("serve", String.class).invoke(null, arguments[2]);
    }

    /** Finds classes in places of its own, and mends two of them. */
    private static final class Mending extends URLClassLoader {
        Mending(URL[] places) {
            super(places, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            switch (name) {
                // It asks for the format of column files by the name that it had before.
                case "org.elasticsearch.common.lucene.Lucene":
                    return define(name, renamed(bytes(name), "Lucene70", "Lucene80"));
                // Elasticsearch has a method of its own in the place of one that was made final since.
                case "org.apache.lucene.search.IndexSearcher":
                    return define(name, opened(bytes(name), "termStatistics"));
                default:
                    return super.findClass(name);
            }
        }

        private Class<?> define(String name, byte[] bytes) {
            return defineClass(name, bytes, 0, bytes.length);
        }

        private byte[] bytes(String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                return file.readAllBytes();
            } catch (IOException error) {
                throw new ClassNotFoundException(name, error);
            }
        }
    }

    /** Puts one name in the place of another of the same length. */
    private static byte[] renamed(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Takes `final` from the methods of a name: a walk through the class file (JVMS 4.1) up to them. */
    private static byte[] opened(byte[] bytes, String method) {
        ByteBuffer file = ByteBuffer.wrap(bytes).position(8);
        String[] names = new String[file.getShort() & 0xFFFF];
        for (int number = 1; number < names.length; number++) {
            int tag = file.get();
            if (tag == 1) {
                byte[] text = new byte[file.getShort() & 0xFFFF];
                file.get(text);
                names[number] = new String(text, StandardCharsets.UTF_8);
            } else if (tag == 5 || tag == 6) {
                // A long or double counts twice.
                file.position(file.position() + 8);
                number++;
            } else {
                boolean isShort = tag == 7 || tag == 8 || tag == 16 || tag == 19 || tag == 20;
                file.position(file.position() + (isShort ? 2 : tag == 15 ? 3 : 4));
            }
        }
        file.position(file.position() + 6);
        int interfaces = file.getShort();
        file.position(file.position() + 2 * interfaces);
        for (boolean isMethod : new boolean[] {false, true}) {
            for (int members = file.getShort(); members > 0; members--) {
                int start = file.position();
                short flags = file.getShort();
                String name = names[file.getShort() & 0xFFFF];
                if (isMethod && method.equals(name)) {
                    file.putShort(start, (short) (flags & ~0x0010));
                }
                file.getShort();
                for (int attributes = file.getShort(); attributes > 0; attributes--) {
                    file.getShort();
                    int length = file.getInt();
                    file.position(file.position() + length);
                }
            }
        }
        return bytes;
    }
}
