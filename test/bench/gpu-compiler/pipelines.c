// Compiles SPIR-V for whatever Vulkan device is there and prints what its compiler says of the result; nothing is run.
// pipelines FILE BINDINGS [FILE BINDINGS …]: bindings in order, s for a storage buffer, u for a uniform one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vulkan.h>

#define OK(call)                                   \
  do {                                             \
    VkResult result = (call);                      \
    if (result) {                                  \
      fprintf(stderr, "%s: %d\n", #call, result);  \
      exit(1);                                     \
    }                                              \
  } while (0)

static uint32_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  uint32_t *bytes = malloc(*size);
  if (fread(bytes, 1, *size, file) != *size) { perror(path); exit(1); }
  fclose(file);
  return bytes;
}

int main(int count, char **arguments) {
  VkApplicationInfo app = {VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_3};
  VkInstance instance;
  OK(vkCreateInstance(&(VkInstanceCreateInfo){VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &app}, 0, &instance));
  uint32_t one = 1;
  VkPhysicalDevice physical = 0;
  vkEnumeratePhysicalDevices(instance, &one, &physical);
  if (!physical) { fprintf(stderr, "no Vulkan device\n"); return 1; }

  // Every feature there is.
  VkPhysicalDeviceVulkan13Features v13 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceVulkan12Features v12 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &v13};
  VkPhysicalDeviceVulkan11Features v11 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, &v12};
  VkPhysicalDeviceFeatures2 features = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &v11};
  vkGetPhysicalDeviceFeatures2(physical, &features);
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR told = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR, &features, VK_TRUE};
  float priority = 1;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueCount = 1, .pQueuePriorities = &priority};
  const char *extension = "VK_KHR_pipeline_executable_properties";
  VkDevice device;
  OK(vkCreateDevice(physical, &(VkDeviceCreateInfo){VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &told, .queueCreateInfoCount = 1,
      .pQueueCreateInfos = &queue, .enabledExtensionCount = 1, .ppEnabledExtensionNames = &extension}, 0, &device));
  PFN_vkGetPipelineExecutableStatisticsKHR statistics_of =
      (PFN_vkGetPipelineExecutableStatisticsKHR)vkGetDeviceProcAddr(device, "vkGetPipelineExecutableStatisticsKHR");

  for (int i = 1; i + 1 < count; i += 2) {
    size_t size;
    uint32_t *code = read_file(arguments[i], &size);
    VkShaderModule module;
    OK(vkCreateShaderModule(device, &(VkShaderModuleCreateInfo){VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = size, .pCode = code}, 0, &module));
    VkDescriptorSetLayoutBinding bindings[16];
    uint32_t used = (uint32_t)strlen(arguments[i + 1]);
    for (uint32_t k = 0; k < used && k < 16; k++)
      bindings[k] = (VkDescriptorSetLayoutBinding){k,
          arguments[i + 1][k] == 'u' ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1,
          VK_SHADER_STAGE_COMPUTE_BIT, 0};
    VkDescriptorSetLayout set;
    OK(vkCreateDescriptorSetLayout(device, &(VkDescriptorSetLayoutCreateInfo){VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
        .bindingCount = used, .pBindings = bindings}, 0, &set));
    VkPipelineLayout layout;
    OK(vkCreatePipelineLayout(device, &(VkPipelineLayoutCreateInfo){VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
        .setLayoutCount = 1, .pSetLayouts = &set}, 0, &layout));
    VkComputePipelineCreateInfo info = {VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .flags = VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR,
        .stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO, .stage = VK_SHADER_STAGE_COMPUTE_BIT, .module = module,
            .pName = "dawn_entry_point"},
        .layout = layout};
    VkPipeline pipeline;
    OK(vkCreateComputePipelines(device, 0, 1, &info, 0, &pipeline));
    VkPipelineExecutableInfoKHR first = {VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, .pipeline = pipeline};
    uint32_t length = 0;
    statistics_of(device, &first, &length, 0);
    VkPipelineExecutableStatisticKHR *statistics = calloc(length, sizeof *statistics);
    for (uint32_t k = 0; k < length; k++) statistics[k].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR;
    statistics_of(device, &first, &length, statistics);
    for (uint32_t k = 0; k < length; k++)
      if (statistics[k].format != VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_FLOAT64_KHR)
        printf("%s=%llu\t", statistics[k].name, (unsigned long long)statistics[k].value.u64);
    printf("\n");
  }
  return 0;
}
