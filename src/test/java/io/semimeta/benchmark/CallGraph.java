package io.semimeta.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.Handle;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;

/**
 * Who calls whom, by the classes' byte code. A call of an interface or a superclass may be one of
 * each implementation; what a lambda does is done where it is made, so calls of the JDK's
 * interfaces are not followed.
 */
final class CallGraph {
  private static final int API = Opcodes.ASM9;

  /** The calls that a method makes; methods are spelt as by {@link #method}. */
  private final Map<String, List<Call>> calls = new HashMap<>();

  /** A class's superclass and interfaces. */
  private final Map<String, Set<String>> above = new HashMap<>();

  /** The classes that have a method of a name and type. */
  private final Map<String, Set<String>> definers = new HashMap<>();

  record Call(String owner, String nameAndType) {
    @Override
    public String toString() {
      return owner.replace('/', '.') + "." + nameAndType;
    }
  }

  /** Reads all classes of a folder. */
  static CallGraph of(Path folder) throws IOException {
    CallGraph graph = new CallGraph();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        new ClassReader(Files.readAllBytes(file))
            .accept(graph.new Reader(), ClassReader.SKIP_DEBUG);
      }
    }
    return graph;
  }

  private static String method(String owner, String nameAndType) {
    return owner + " " + nameAndType;
  }

  List<Call> callsOf(String method) {
    return calls.get(method);
  }

  /** Returns the methods of these classes that one may call, itself included. */
  Set<String> reachedFrom(Class<?> owner, String name) {
    Set<String> reached = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    String start = owner.getName().replace('.', '/') + " " + name + "(";
    calls.keySet().stream().filter(method -> method.startsWith(start)).forEach(open::add);
    while (!open.isEmpty()) {
      String next = open.pop();
      if (reached.add(next)) {
        calls.get(next).forEach(call -> implementations(call).forEach(open::push));
      }
    }
    return reached;
  }

  /** Returns what a call may run: an overriding method below its class, or one inherited there. */
  private List<String> implementations(Call call) {
    List<String> found = new ArrayList<>();
    if (!above.containsKey(call.owner())) {
      return found;
    }
    for (String type : definers.getOrDefault(call.nameAndType(), Set.of())) {
      if (isBelow(type, call.owner()) || isBelow(call.owner(), type)) {
        found.add(method(type, call.nameAndType()));
      }
    }
    return found;
  }

  private boolean isBelow(String type, String other) {
    return type.equals(other)
        || above.getOrDefault(type, Set.of()).stream().anyMatch(next -> isBelow(next, other));
  }

  /** Takes over a class. */
  private final class Reader extends ClassVisitor {
    private String type;

    Reader() {
      super(API);
    }

    @Override
    public void visit(
        int version, int access, String name, String sign, String parent, String[] interfaces) {
      type = name;
      Set<String> supertypes = new HashSet<>(List.of(interfaces));
      supertypes.add(parent);
      above.put(name, supertypes);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String sign, String[] exceptions) {
      List<Call> made = new ArrayList<>();
      calls.put(method(type, name + descriptor), made);
      definers.computeIfAbsent(name + descriptor, key -> new HashSet<>()).add(type);
      return new MethodVisitor(API) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String calledType, boolean isInterface) {
          made.add(new Call(owner, called + calledType));
        }

        @Override
        public void visitInvokeDynamicInsn(
            String lambda, String lambdaType, Handle maker, Object... arguments) {
          for (Object argument : arguments) {
            if (argument instanceof Handle handle) {
              made.add(new Call(handle.getOwner(), handle.getName() + handle.getDesc()));
            }
          }
        }
      };
    }
  }
}
