package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.WorkloadRef;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkloadsTest {

    private static final EntityRef SHOP = EntityRef.of("Component", "retail", "shop");

    @Test
    void aComponentIsTheWorkloadThatItSaysElseTheOneOfItsName() {
        assertThat(Workloads.of(SHOP, Optional.empty())).contains(new WorkloadRef("retail", "shop"));
        assertThat(Workloads.of(SHOP, Optional.of("web/front"))).contains(new WorkloadRef("web", "front"));
        assertThat(Workloads.of(SHOP, Optional.of("front"))).contains(new WorkloadRef("default", "front"));
        assertThat(Workloads.component(new WorkloadRef("retail", "shop"))).isEqualTo(SHOP);
    }

    @Test
    void whatCannotRunIsNone() {
        assertThat(Workloads.of(SHOP, Optional.of("no name/no name"))).isEmpty();
        assertThat(Workloads.of(EntityRef.of("API", "retail", "shop"), Optional.empty()))
                .isEmpty();
    }
}
