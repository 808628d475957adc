package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingPodsTest {
  private static final Pod POD =
      new PodBuilder()
          .withNewSpec()
          .addNewContainer()
          .withNewResources()
          .addToRequests("memory", Quantity.parse("7168Mi"))
          .addToRequests("cpu", Quantity.parse("8"))
          .endResources()
          .endContainer()
          .endSpec()
          .withNewStatus()
          .endStatus()
          .build();

  @Test
  void aPodThatFitsOnNoNode() {
    Pod pod =
        new PodBuilder(POD)
            .editStatus()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withMessage("0/1 nodes are available: 1 Insufficient cpu.")
            .endCondition()
            .endStatus()
            .build();
    assertEquals(
        List.of(
            "no node takes an executor's pod of cpu 8, memory 7168Mi:"
                + " 0/1 nodes are available: 1 Insufficient cpu."),
        PendingPods.reasons(pod).toList());
  }

  @Test
  void aPodWhoseImageIsMissing() {
    Pod pod =
        new PodBuilder(POD)
            .editStatus()
            .addNewContainerStatus()
            .withState(
                new ContainerStateBuilder()
                    .withNewWaiting("Back-off pulling image \"none\"", "ImagePullBackOff")
                    .build())
            .endContainerStatus()
            .endStatus()
            .build();
    assertEquals(
        List.of("an executor's pod waits: Back-off pulling image \"none\""),
        PendingPods.reasons(pod).toList());
  }

  @Test
  void aPodThatRuns() {
    Pod pod =
        new PodBuilder(POD)
            .editStatus()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("True")
            .endCondition()
            .addNewContainerStatus()
            .withState(new ContainerStateBuilder().withNewRunning().endRunning().build())
            .endContainerStatus()
            .endStatus()
            .build();
    assertEquals(List.of(), PendingPods.reasons(pod).toList());
  }
}
